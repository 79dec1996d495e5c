/** The addresses of the client. On a phone `pane: "side"` shows the list, all others the page beside it. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import ShellView from '@/views/ShellView.vue'
import SignView from '@/views/SignView.vue'
import { useSession } from '@/stores'

const inside: RouteRecordRaw[] = [
  { path: '', name: 'chats', component: () => import('@/views/ChooseView.vue'), meta: { pane: 'side', tabs: true } },
  { path: 'rooms/:roomId', name: 'room', component: () => import('@/views/RoomView.vue') },
  { path: 'search', name: 'search', component: () => import('@/views/SearchView.vue') },
  { path: 'friends', name: 'friends', component: () => import('@/views/FriendsView.vue'), meta: { tabs: true } },
  { path: 'explore', name: 'explore', component: () => import('@/views/ExploreView.vue'), meta: { tabs: true } },
  { path: 'servers', name: 'servers', component: () => import('@/views/ServersView.vue'), meta: { tabs: true } },
  { path: 'servers/:serverId(\\d+)', name: 'server', component: () => import('@/views/ServerView.vue'), meta: { pane: 'side' } },
  { path: 'join/:serverId(\\d+)', name: 'join', component: () => import('@/views/JoinView.vue') },
  { path: 'settings', name: 'settings', component: () => import('@/views/SettingsView.vue'), meta: { pane: 'side', tabs: true } },
  { path: 'settings/:section', name: 'settings-section', component: () => import('@/views/SettingsView.vue') },
  { path: ':rest(.*)*', name: 'missing', component: () => import('@/views/MissingView.vue') },
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
