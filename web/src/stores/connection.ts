// Whether there is a way to the server, and what waits for it.
import { defineStore } from 'pinia'
import { ref } from 'vue'

import type { LineState } from '@/parlor'

import { parlor } from './client'

export const useConnection = defineStore('connection', () => {
  const state = ref<LineState>(parlor.line.state)
  const pending = ref(parlor.outbox.pending)
  const syncing = ref(false)
  const retryAt = ref<Date | null>(null)

  parlor.on('connection', (now) => {
    state.value = now
    retryAt.value = parlor.line.retryAt === null ? null : new Date(parlor.line.retryAt)
  })
  parlor.on('syncing', (now) => (syncing.value = now))
  parlor.outbox.on('changed', () => (pending.value = parlor.outbox.pending))

  return { state, pending, syncing, retryAt, retryNow: () => parlor.line.retryNow() }
})
