/** Shows the browser's notifications while the page is not in front. */
import { onBeforeUnmount } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { toast } from '@/components/base/toasts'
import { useRoomText } from '@/components/room/useRoomText'
import { displayName } from '@/i18n/names'
import { useNotifications, usePresence, useSettings } from '@/stores'

export function useDesktopNotifications(): void {
  const { t } = useI18n()
  const router = useRouter()
  const settings = useSettings()
  const notifications = useNotifications()
  const presence = usePresence()
  const { title, summarize } = useRoomText()

  function show(heading: string, body: string, tag: string, to: string): void {
    if (!settings.notifications || presence.mine === 'dnd') return
    const options = { body, tag, icon: '/app/icon-192.png', data: { url: router.resolve(to).href } }
    try {
      const made = new Notification(heading, options)
      made.onclick = () => {
        window.focus()
        made.close()
        void router.push(to)
      }
    } catch {
      // Phones show them only through the service worker.
      void navigator.serviceWorker?.ready.then((it) => it.showNotification(heading, options))
    }
  }

  const stops = [
    notifications.onMessage(({ message, room, mentioned }) => {
      const name = displayName(message.user)
      const where = room.kind === 'direct' ? name : t('notify.room', { name, room: title(room) })
      show(
        mentioned && room.kind !== 'direct' ? t('notify.mention', { name }) : where,
        summarize(message),
        room.chatroom_id,
        `/rooms/${room.chatroom_id}`,
      )
    }),
    notifications.onFriend((relation, what) => {
      const name = displayName(relation.user)
      const heading = what === 'asked' ? t('friends.wants', { name }) : t('friends.accepted', { name })
      if (presence.mine !== 'dnd') toast(heading)
      if (document.visibilityState !== 'visible' || !document.hasFocus())
        show(heading, '', `friend-${relation.user_id}`, '/friends')
    }),
  ]
  onBeforeUnmount(() => stops.forEach((stop) => stop()))
}
