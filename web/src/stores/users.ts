// People, by their current names.
import { defineStore } from 'pinia'

import type { Profile, User, UserId } from '@/parlor'

import { parlor } from './client'
import { stateSignals } from './stateSignals'

export const useUsers = defineStore('users', () => {
  function get(user: UserId): User | undefined {
    stateSignals.users.track()
    return parlor.state.users.get(user)
  }

  return { get, load: (user: UserId): Promise<Profile> => parlor.people.load(user) }
})
