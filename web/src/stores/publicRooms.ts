// Public rooms.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

import type { PublicRoom, Room, RoomId } from '@/parlor'

import { parlor } from './client'

export const usePublicRooms = defineStore('publicRooms', () => {
  const list = shallowRef<PublicRoom[]>([])
  const loading = ref(false)

  async function load(): Promise<void> {
    loading.value = true
    try {
      list.value = await parlor.rooms.publicRooms()
    } finally {
      loading.value = false
    }
  }

  async function create(form: { name: string; description?: string }): Promise<Room> {
    const room = await parlor.rooms.createPublic(form)
    await load()
    return room
  }

  async function join(id: RoomId): Promise<Room> {
    const room = await parlor.rooms.join(id)
    setJoined(id, true)
    return room
  }

  async function leave(id: RoomId): Promise<void> {
    await parlor.rooms.leave(id)
    setJoined(id, false)
  }

  function setJoined(id: RoomId, joined: boolean): void {
    list.value = list.value.map((it) => {
      if (it.chatroom_id !== id || it.joined === joined) return it
      return { ...it, joined, member_count: it.member_count + (joined ? 1 : -1) }
    })
  }

  return { list, loading, load, create, join, leave }
})
