import { defineAsyncComponent, type Component } from 'vue'

import { later } from '@/components/base/later'

/** What the sections of the settings show. */
export const PAGES: Record<string, Component> = {
  profile: defineAsyncComponent(later(() => import('./ProfileSection.vue'))),
  account: defineAsyncComponent(later(() => import('./AccountSection.vue'))),
  devices: defineAsyncComponent(later(() => import('./DevicesSection.vue'))),
  look: defineAsyncComponent(later(() => import('./LookSection.vue'))),
  notifications: defineAsyncComponent(later(() => import('./NotificationsSection.vue'))),
  privacy: defineAsyncComponent(later(() => import('./PrivacySection.vue'))),
}
