// Who is online. Your friends, and the other people of your direct rooms, are always watched.
import { defineStore } from 'pinia'
import { computed, watch } from 'vue'

import type { Presence, UserId } from '@/parlor'

import { parlor } from './client'
import { stateSignals } from './stateSignals'

/** What a person may choose to be. */
export const PRESENCE_CHOICES = ['online', 'idle', 'dnd', 'invisible'] as const

export const usePresence = defineStore('presence', () => {
  const mine = computed<Presence['state']>(() => {
    stateSignals.me.track()
    const me = parlor.state.me?.user_id
    return (me !== undefined && of(me)?.state) || 'online'
  })

  function of(user: UserId): Presence | undefined {
    stateSignals.presences.track()
    return parlor.state.presences.get(user)
  }

  const contacts = computed(() => {
    stateSignals.friends.track()
    stateSignals.rooms.track()
    const friends = [...parlor.state.relations.values()].filter((it) => it.state === 'friends')
    const peers = [...parlor.state.rooms.values()].flatMap((it) => it.peer?.user_id ?? [])
    return [...new Set([...friends.map((it) => it.user_id), ...peers])].sort((a, b) => a - b)
  })
  // Compared as a text: the list is made anew with every message.
  watch(
    () => contacts.value.join(),
    (_, __, onCleanup) => onCleanup(parlor.people.watch(contacts.value)),
    { immediate: true },
  )

  return {
    mine,
    of,
    watch: (users: UserId[]): (() => void) => parlor.people.watch(users),
    set: (state: (typeof PRESENCE_CHOICES)[number], text?: string): Promise<void> =>
      parlor.people.setPresence(state, text),
  }
})
