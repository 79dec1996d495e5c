// Friends, requests and blocks.
import { defineStore } from 'pinia'
import { computed } from 'vue'

import { nameOf, type Relation, type User, type UserId } from '@/parlor'

import { parlor } from './client'
import { stateSignals } from './stateSignals'

export const useFriends = defineStore('friends', () => {
  const relations = computed(() => {
    stateSignals.friends.track()
    return [...parlor.state.relations.values()]
  })
  const loaded = computed(() => {
    stateSignals.rooms.track()
    return parlor.state.complete
  })
  const blocked = computed(() => {
    stateSignals.friends.track()
    return [...parlor.state.blocked.values()].sort(byName)
  })

  function inState(state: Relation['state']) {
    return computed(() => {
      const found = relations.value.filter((it) => it.state === state)
      return found.sort((a, b) => byName(a.user, b.user))
    })
  }

  function stateOf(user: UserId): Relation['state'] | 'blocked' {
    stateSignals.friends.track()
    if (parlor.state.blocked.has(user)) return 'blocked'
    return parlor.state.relations.get(user)?.state ?? 'none'
  }

  return {
    loaded,
    friends: inState('friends'),
    incoming: inState('incoming'),
    outgoing: inState('outgoing'),
    blocked,
    stateOf,
    search: (query: string): Promise<User[]> => parlor.people.search(query),
    ask: (user: UserId): Promise<void> => parlor.people.ask(user),
    accept: (user: UserId): Promise<void> => parlor.people.accept(user),
    reject: (user: UserId): Promise<void> => parlor.people.reject(user),
    cancel: (user: UserId): Promise<void> => parlor.people.cancel(user),
    remove: (user: UserId): Promise<void> => parlor.people.remove(user),
    block: (user: UserId): Promise<void> => parlor.people.block(user),
    unblock: (user: UserId): Promise<void> => parlor.people.unblock(user),
  }
})

function byName(a: User, b: User): number {
  return nameOf(a).localeCompare(nameOf(b))
}
