/** What you can do about a person. What cannot be undone easily asks first. */
import { useI18n } from 'vue-i18n'

import { confirm } from '@/components/base/confirm'
import { attempt } from '@/components/base/toasts'
import type { UserId } from '@/parlor'
import { useFriends } from '@/stores'

export function useFriendActions() {
  const { t } = useI18n()
  const friends = useFriends()

  return {
    ask: (id: UserId, name: string) => attempt(friends.ask(id), t('friends.askedToast', { name })),
    accept: (id: UserId) => attempt(friends.accept(id)),
    reject: (id: UserId) => attempt(friends.reject(id)),
    cancel: (id: UserId) => attempt(friends.cancel(id)),
    unblock: (id: UserId) => attempt(friends.unblock(id)),
    async remove(id: UserId, name: string) {
      const yes = await confirm({
        title: t('friends.removeAsk', { name }),
        lead: t('friends.removeLead'),
        action: t('friends.remove'),
        danger: true,
      })
      if (yes) await attempt(friends.remove(id))
    },
    async block(id: UserId, name: string) {
      const yes = await confirm({
        title: t('friends.blockAsk', { name }),
        lead: t('friends.blockLead'),
        action: t('friends.block'),
        danger: true,
      })
      if (yes) await attempt(friends.block(id))
    },
  }
}
