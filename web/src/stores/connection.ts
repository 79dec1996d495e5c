// The state of the connection, and what waits for it.
import { defineStore } from 'pinia'
import { ref } from 'vue'

import type { ConnectionState } from '@/parlor'

import { parlor } from './client'

export const useConnection = defineStore('connection', () => {
  const state = ref<ConnectionState>(parlor.connection.state)
  const pending = ref(parlor.outbox.pending)
  const syncing = ref(false)
  const retryAt = ref<Date | null>(null)

  parlor.on('connection', (now) => {
    state.value = now
    retryAt.value = parlor.connection.retryAt === null ? null : new Date(parlor.connection.retryAt)
  })
  parlor.on('syncing', (now) => (syncing.value = now))
  parlor.outbox.on('changed', () => (pending.value = parlor.outbox.pending))

  return { state, pending, syncing, retryAt, retryNow: () => parlor.connection.retryNow() }
})
