/** Windows about one message, fetched when the first one is opened. */
import { defineAsyncComponent } from 'vue'

import { later } from '@/components/base/later'

export const EditsDialog = defineAsyncComponent(later(() => import('./EditsDialog.vue')))
export const ForwardDialog = defineAsyncComponent(later(() => import('./ForwardDialog.vue')))
export const MediaViewer = defineAsyncComponent(later(() => import('./MediaViewer.vue')))
export const ReceiptsDialog = defineAsyncComponent(later(() => import('./ReceiptsDialog.vue')))
