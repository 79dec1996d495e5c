/** Parts of the shell that are loaded when they are needed. */
import { defineAsyncComponent } from 'vue'

import { lazy } from '@/components/base/lazy'

export const RoomSwitcher = defineAsyncComponent(lazy(() => import('./RoomSwitcher.vue')))
export const NewServerDialog = defineAsyncComponent(lazy(() => import('@/components/server/NewServerDialog.vue')))
export const SettingsSidebar = defineAsyncComponent(lazy(() => import('./SettingsSidebar.vue')))
