// Who is signed in here, and what they do with their account.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { Problem, type DeviceSession, type Limits, type ProfileChange, type Registration } from '@/parlor'

import { parlor } from './client'
import { stateSignals } from './stateSignals'

export type SessionState = 'starting' | 'signed-out' | 'signed-in'
export type EndReason =
  | 'logged_out'
  | 'revoked'
  | 'password_changed'
  | 'account_deleted'
  | 'token_reused'
  | 'expired'

/** Who was here last: what they knew is shown before the server has answered. */
const LAST_USER_KEY = 'parlor.user'

export const useSession = defineStore('session', () => {
  const state = ref<SessionState>('starting')
  const endReason = ref<EndReason | null>(null)
  const limits = shallowRef<Limits>(parlor.limits)
  const me = computed(() => {
    stateSignals.me.track()
    return parlor.state.me
  })
  let resolveReady: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (resolveReady = resolve))

  function setState(now: SessionState): void {
    state.value = now
    if (now !== 'starting') resolveReady()
  }

  async function start(): Promise<void> {
    parlor.on('ended', (reason) => {
      localStorage.removeItem(LAST_USER_KEY)
      endReason.value = reason as EndReason
      setState('signed-out')
    })
    parlor.on('began', () => void resume())
    parlor.state.on('me', () => {
      const id = parlor.state.me?.user_id
      if (id !== undefined) localStorage.setItem(LAST_USER_KEY, String(id))
    })
    parlor.on('session:ready', (greeting) => (limits.value = greeting.limits))
    addEventListener('pagehide', () => void parlor.save())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void parlor.probe()
      else void parlor.save()
    })
    await resume()
  }

  async function resume(): Promise<void> {
    if (!parlor.hasSession) return setState('signed-out')
    const last = Number(localStorage.getItem(LAST_USER_KEY))
    if (last > 0 && (await parlor.resume(last))) return await enter()
    try {
      await parlor.session.load()
    } catch (thrown) {
      // The session may be good all the same. The connection will tell.
      if (Problem.of(thrown).isAboutToken) return setState('signed-out')
    }
    await enter()
  }

  async function enter(): Promise<void> {
    endReason.value = null
    setState('signed-in')
    await parlor.begin()
  }

  async function register(form: Registration): Promise<void> {
    await parlor.session.register(form)
    await enter()
  }

  async function signIn(name: string, password: string): Promise<void> {
    await parlor.session.signIn(name, password)
    await enter()
  }

  async function setAvatar(image: Blob, onProgress?: (share: number) => void): Promise<void> {
    const reportProgress = (loaded: number, total: number) => onProgress?.(total > 0 ? loaded / total : 0)
    await parlor.session.setAvatar(image, { onProgress: reportProgress })
  }

  return {
    state,
    me,
    limits,
    endReason,
    ready,
    start,
    register,
    signIn,
    setAvatar,
    signOut: (): Promise<void> => parlor.session.signOut(),
    updateProfile: (change: ProfileChange): Promise<void> => parlor.session.update(change),
    removeAvatar: (): Promise<void> => parlor.session.removeAvatar(),
    changePassword: (old: string, next: string): Promise<void> =>
      parlor.session.changePassword(old, next),
    devices: (): Promise<DeviceSession[]> => parlor.session.devices(),
    revoke: (session: string): Promise<void> => parlor.session.revoke(session),
    revokeOthers: (): Promise<void> => parlor.session.revokeOthers(),
    deleteAccount: (password: string): Promise<void> => parlor.session.deleteAccount(password),
  }
})
