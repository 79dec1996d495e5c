/** The addresses of the client. On a phone `pane: "side"` shows the list, all others the page beside it. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { later } from '@/components/base/later'
import { toast } from '@/components/base/toasts'
import { i18n } from '@/i18n'
import ChooseView from '@/views/ChooseView.vue'
import ShellView from '@/views/ShellView.vue'
import SignView from '@/views/SignView.vue'
import { useSession } from '@/stores'

const RoomView = later(() => import('@/views/RoomView.vue'))
const SearchView = later(() => import('@/views/SearchView.vue'))
const FriendsView = later(() => import('@/views/FriendsView.vue'))
const ExploreView = later(() => import('@/views/ExploreView.vue'))
const ServersView = later(() => import('@/views/ServersView.vue'))
const ServerView = later(() => import('@/views/ServerView.vue'))
const ServerPeopleView = later(() => import('@/views/ServerPeopleView.vue'))
const JoinView = later(() => import('@/views/JoinView.vue'))
const MissingView = later(() => import('@/views/MissingView.vue'))
const SettingsView = later(() => import('@/views/SettingsView.vue'))

const inside: RouteRecordRaw[] = [
  { path: '', name: 'chats', component: ChooseView, meta: { pane: 'side', tabs: true } },
  { path: 'rooms/:roomId', name: 'room', component: RoomView },
  { path: 'search', name: 'search', component: SearchView },
  { path: 'friends', name: 'friends', component: FriendsView, meta: { tabs: true } },
  { path: 'explore', name: 'explore', component: ExploreView, meta: { tabs: true } },
  { path: 'servers', name: 'servers', component: ServersView, meta: { tabs: true } },
  { path: 'servers/:serverId(\\d+)', name: 'server', component: ServerView, meta: { pane: 'side' } },
  { path: 'servers/:serverId(\\d+)/people', name: 'server-people', component: ServerPeopleView },
  { path: 'join/:serverId(\\d+)', name: 'join', component: JoinView },
  { path: 'invite/:code', name: 'invite', component: JoinView },
  { path: 'settings', name: 'settings', component: SettingsView, meta: { pane: 'side', tabs: true } },
  { path: 'settings/:section', name: 'settings-section', component: SettingsView },
  { path: ':rest(.*)*', name: 'missing', component: MissingView },
]

export const router = createRouter({
  history: createWebHistory('/app/'),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: SignView, meta: { open: true } },
    { path: '/register', name: 'register', component: SignView, meta: { open: true } },
    { path: '/', component: ShellView, children: inside },
  ],
})

router.beforeEach(async (to) => {
  const session = useSession()
  await session.ready
  const isIn = session.state === 'signed-in'
  if (!isIn && !to.meta['open']) {
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath }, replace: true }
  }
  if (isIn && to.meta['open']) return { name: 'chats', replace: true }
  return true
})

// A view that could not be fetched: there is no network, or the server has a newer client by now.
router.onError((_, to) => {
  const isOld = navigator.onLine && Date.now() - Number(sessionStorage.getItem('parlor.reloaded')) > 60_000
  if (!isOld) {
    toast(i18n.global.t('error.offline'), 'error')
    // The first page of all must not stay empty: the chats are always at hand.
    if (router.currentRoute.value.matched.length === 0) void router.replace({ name: 'chats' })
    return
  }
  sessionStorage.setItem('parlor.reloaded', String(Date.now()))
  location.assign(router.resolve(to).href)
})
