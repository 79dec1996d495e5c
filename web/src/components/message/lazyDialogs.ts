/** Dialogs about a message, loaded when they are needed. */
import { defineAsyncComponent } from 'vue'

import { lazy } from '@/components/base/lazy'

export const EditsDialog = defineAsyncComponent(lazy(() => import('./EditsDialog.vue')))
export const ForwardDialog = defineAsyncComponent(lazy(() => import('./ForwardDialog.vue')))
export const MediaViewer = defineAsyncComponent(lazy(() => import('./MediaViewer.vue')))
export const ReceiptsDialog = defineAsyncComponent(lazy(() => import('./ReceiptsDialog.vue')))
