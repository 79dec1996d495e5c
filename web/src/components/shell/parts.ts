/** Parts of the frame that not everybody opens. */
import { defineAsyncComponent } from 'vue'

import { later } from '@/components/base/later'

export const RoomSwitcher = defineAsyncComponent(later(() => import('./RoomSwitcher.vue')))
export const ServerDialog = defineAsyncComponent(later(() => import('@/components/server/ServerDialog.vue')))
export const SettingsSide = defineAsyncComponent(later(() => import('./SettingsSide.vue')))
