import type { IconName } from '@/components/base/icons'

/** The sections of the settings, in their order. */
export const SECTIONS: readonly { key: string; icon: IconName }[] = [
  { key: 'profile', icon: 'user' },
  { key: 'account', icon: 'key' },
  { key: 'devices', icon: 'device' },
  { key: 'look', icon: 'palette' },
  { key: 'notifications', icon: 'bell' },
  { key: 'privacy', icon: 'shield' },
]
