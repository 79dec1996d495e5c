/** The addresses of the client. On a phone `pane: "sidebar"` shows the sidebar, all others the page beside it. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { lazy } from '@/components/base/lazy'
import { toast } from '@/components/base/toasts'
import { i18n } from '@/i18n'
import { useSession } from '@/stores'
import ChooseView from '@/views/ChooseView.vue'
import ShellView from '@/views/ShellView.vue'
import SignInView from '@/views/SignInView.vue'

const RoomView = lazy(() => import('@/views/RoomView.vue'))
const SearchView = lazy(() => import('@/views/SearchView.vue'))
const FriendsView = lazy(() => import('@/views/FriendsView.vue'))
const ExploreView = lazy(() => import('@/views/ExploreView.vue'))
const ServerListView = lazy(() => import('@/views/ServerListView.vue'))
const ServerView = lazy(() => import('@/views/ServerView.vue'))
const ServerPeopleView = lazy(() => import('@/views/ServerPeopleView.vue'))
const JoinView = lazy(() => import('@/views/JoinView.vue'))
const NotFoundView = lazy(() => import('@/views/NotFoundView.vue'))
const SettingsView = lazy(() => import('@/views/SettingsView.vue'))

const inside: RouteRecordRaw[] = [
  { path: '', name: 'chats', component: ChooseView, meta: { pane: 'sidebar', tabs: true } },
  { path: 'rooms/:roomId', name: 'room', component: RoomView },
  { path: 'search', name: 'search', component: SearchView },
  { path: 'friends', name: 'friends', component: FriendsView, meta: { tabs: true } },
  { path: 'explore', name: 'explore', component: ExploreView, meta: { tabs: true } },
  { path: 'servers', name: 'servers', component: ServerListView, meta: { tabs: true } },
  { path: 'servers/:serverId(\\d+)', name: 'server', component: ServerView, meta: { pane: 'sidebar' } },
  { path: 'servers/:serverId(\\d+)/people', name: 'server-people', component: ServerPeopleView },
  { path: 'join/:serverId(\\d+)', name: 'join', component: JoinView },
  { path: 'invite/:code', name: 'invite', component: JoinView },
  { path: 'settings', name: 'settings', component: SettingsView, meta: { pane: 'sidebar', tabs: true } },
  { path: 'settings/:section', name: 'settings-section', component: SettingsView },
  { path: ':rest(.*)*', name: 'missing', component: NotFoundView },
]

export const router = createRouter({
  history: createWebHistory('/app/'),
  routes: [
    { path: '/sign-in', name: 'sign-in', component: SignInView, meta: { open: true } },
    { path: '/register', name: 'register', component: SignInView, meta: { open: true } },
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
