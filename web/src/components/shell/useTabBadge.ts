/** Shows how many messages are unread, on the tab and on the app's icon. */
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { useRoomText } from '@/components/room/useRoomText'
import { useRooms, useSession } from '@/stores'

export function useTabBadge(): void {
  const { t } = useI18n()
  const rooms = useRooms()
  const session = useSession()
  const { title } = useRoomText()

  const count = computed(() => (session.state === 'signed-in' ? rooms.unreadTotal : 0))
  const pageTitle = computed(() => {
    const name =
      rooms.current && session.state === 'signed-in' ? `${title(rooms.current)} · ${t('app.name')}` : t('app.name')
    return count.value > 0 ? `(${count.value > 99 ? '99+' : count.value}) ${name}` : name
  })

  watch(pageTitle, (now) => (document.title = now), { immediate: true })
  watch(count, (now) => {
    drawIcon(now > 0)
    if ('setAppBadge' in navigator)
      void (now > 0 ? navigator.setAppBadge(now) : navigator.clearAppBadge()).catch(() => undefined)
  })
}

/** Draws the page's icon, with a dot while something is unread. */
function drawIcon(dot: boolean): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (!link) return
  link.dataset['plain'] ??= link.href
  const plain = link.dataset['plain']
  if (!dot) {
    link.href = plain
    return
  }
  const image = new Image()
  image.onload = () => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 64
    const pen = canvas.getContext('2d')
    if (!pen) return
    pen.drawImage(image, 0, 0, 64, 64)
    pen.beginPath()
    pen.arc(48, 16, 16, 0, 7)
    pen.fillStyle = '#d5392a'
    pen.fill()
    link.href = canvas.toDataURL()
  }
  image.src = plain
}
