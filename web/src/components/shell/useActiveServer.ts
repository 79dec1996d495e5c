/** The server that is open: its page, or one of its channels. */
import { computed } from 'vue'
import { useRoute } from 'vue-router'

import type { ServerId } from '@/parlor'
import { useRooms } from '@/stores'

export function useActiveServer() {
  const route = useRoute()
  const rooms = useRooms()
  return computed<ServerId | null>(() => {
    if (route.name === 'server' || route.name === 'server-people') return Number(route.params['serverId'])
    if (route.name === 'room') return rooms.byId(String(route.params['roomId']))?.server_id ?? null
    return null
  })
}
