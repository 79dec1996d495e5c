import { defineAsyncComponent, type Component } from 'vue'

import { lazy } from '@/components/base/lazy'

/** The component of each section of the settings, loaded when it is needed. */
export const LAZY_SECTIONS: Record<string, Component> = {
  profile: defineAsyncComponent(lazy(() => import('./ProfileSection.vue'))),
  account: defineAsyncComponent(lazy(() => import('./AccountSection.vue'))),
  devices: defineAsyncComponent(lazy(() => import('./DevicesSection.vue'))),
  look: defineAsyncComponent(lazy(() => import('./LookSection.vue'))),
  notifications: defineAsyncComponent(lazy(() => import('./NotificationsSection.vue'))),
  privacy: defineAsyncComponent(lazy(() => import('./PrivacySection.vue'))),
}
