// The search for messages.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { Problem, type Message, type SearchFilter } from '@/parlor'

import { parlor } from './client'

export const useSearch = defineStore('search', () => {
  const query = ref('')
  const results = shallowRef<Message[]>([])
  const loading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const next = ref<string | null>(null)
  let filter: SearchFilter = { query: '' }
  let lastRequest = 0

  async function run(wanted: SearchFilter): Promise<void> {
    clear()
    filter = wanted
    query.value = wanted.query
    if (wanted.query.trim()) await ask()
  }

  async function loadMore(): Promise<void> {
    if (next.value !== null && !loading.value) await ask(next.value)
  }

  /** An answer counts only if nothing else was asked meanwhile. */
  async function ask(cursor?: string): Promise<void> {
    const request = ++lastRequest
    loading.value = true
    problem.value = null
    try {
      const found = await parlor.messages.search(filter, cursor)
      if (request !== lastRequest) return
      results.value = cursor === undefined ? found.items : [...results.value, ...found.items]
      next.value = found.next
    } catch (thrown) {
      if (request === lastRequest) problem.value = Problem.of(thrown)
    } finally {
      if (request === lastRequest) loading.value = false
    }
  }

  function clear(): void {
    lastRequest += 1
    query.value = ''
    results.value = []
    loading.value = false
    next.value = problem.value = null
  }

  parlor.on('ended', clear)

  return { query, results, loading, problem, hasMore: computed(() => next.value !== null), run, loadMore, clear }
})
