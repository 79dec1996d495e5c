// A small world to look at: people of several tongues, rooms, words and pictures.
import type { Page } from '@playwright/test'

import { Account } from './account'
import { landscape, silence } from './pictures'
import type { Server } from './server'

export interface Scene {
  ann: Account
  sofia: Account
  group: string
  direct: string
  /** A public room that keeps somebody out. */
  square: string
  server: number
}

export async function scene(server: Server, page: Page): Promise<Scene> {
  const make = (name: string, username: string) => Account.make(server, name, username)
  const ann = await make('Ann Keller', 'ann')
  const sofia = await make('Sofia Reyes', 'sofia')
  const mei = await make('林美玲', 'meiling')
  const jun = await make('佐藤 準', 'jun')
  const minji = await make('김민지', 'minji')
  const omar = await make('عمر حداد', 'omar')
  const theo = await make('Theo 🌻', 'theo')
  const faces = [ann, sofia, mei, jun, theo]
  for (const [index, it] of faces.entries()) {
    if (index !== 3) await it.picture('face.jpg', 'image/jpeg', await landscape(page, index * 3 + 2, 400, 400))
  }
  for (const it of [sofia, mei, jun, minji, omar]) await ann.befriend(it)
  await theo.call('PUT', `/friends/${ann.id}`)
  await sofia.call('PATCH', '/me', { status: 'at the sea' })
  await mei.call('PATCH', '/me', { status: '喝茶中 🍵' })

  const omars = await omar.direct(ann)
  await omar.say(omars, 'صباح الخير! هل وصلتك الخرائط؟')
  const mins = await minji.direct(ann)
  await minji.say(mins, '내일 회의 자료 보냈어요. 확인 부탁드려요 🙏')
  await jun.say(await jun.direct(ann), '駅前の新しいラーメン屋、すごくおいしかったです')
  const books = await mei.group('讀書會', ann, minji, jun)
  await mei.say(books, '下週三晚上七點,老地方見!')

  const group = await ann.group('Hiking on Sunday', sofia, mei, jun, omar, theo)
  await ann.call('PATCH', `/rooms/${group}`, { description: 'Every Sunday, whatever the weather says.' })
  await sofia.say(group, 'Good morning everybody! The forecast says sun until four ☀️')
  await mei.say(group, '太好了!那我們早上八點在車站集合嗎?')
  const plan = await ann.say(group, 'Eight at the station works for me. I bring tea and the first-aid kit.')
  const photo = await theo.upload('ridge.jpg', 'image/jpeg', await landscape(page, 7))
  const view = await theo.say(group, 'The ridge last week', { attachment_ids: [photo] })
  await jun.say(group, '了解です。カメラを持っていきます 📷', { reply_to_id: plan.message_id })
  await omar.say(group, 'رائع! أراكم هناك إن شاء الله')
  const map = await sofia.upload(
    'Route north.pdf',
    'application/pdf',
    new TextEncoder().encode(`%PDF-1.4\n${'% a map\n'.repeat(9000)}%%EOF`),
  )
  await sofia.say(group, 'Here is the route, about 14 km. Details: https://example.org/routes/north-ridge', {
    attachment_ids: [map],
  })
  for (const [who, emoji] of [
    [sofia, '😍'],
    [mei, '😍'],
    [ann, '😍'],
    [omar, '🎉'],
  ] as const) {
    await who.call('PUT', `/messages/${view.message_id}/reactions/${encodeURIComponent(emoji)}`)
  }
  await ann.call('PUT', `/messages/${plan.message_id}/pin`)
  await ann.say(group, 'Perfect, thank you Sofia!')
  await theo.say(group, '@ann can you also bring the big thermos?')

  const direct = await sofia.direct(ann)
  await sofia.say(direct, 'Are you still up for the market on Saturday?')
  await ann.say(direct, 'Yes! Ten o’clock at the fountain?')
  await sofia.say(direct, '👍')
  const shots = await Promise.all(
    [11, 12, 14].map(async (seed) =>
      sofia.upload(`beach-${seed}.jpg`, 'image/jpeg', await landscape(page, seed, 800, 640)),
    ),
  )
  await sofia.say(direct, '', { attachment_ids: shots })
  const voice = await sofia.upload('Voice message.mp3', 'audio/mpeg', silence(14))
  await sofia.say(direct, '', { attachment_ids: [voice] })
  await ann.say(direct, 'Beautiful. I wish I were there 🌊')
  await sofia.say(direct, 'Next time you come along!')

  const made = (await ann.call('POST', '/servers', { name: 'Garden Club' })) as { server_id: number }
  for (const it of [sofia, mei, jun]) await it.call('PUT', `/servers/${made.server_id}/members/me`)
  for (const name of ['tomatoes', 'tools and soil'])
    await ann.call('POST', `/servers/${made.server_id}/channels`, { chatroom_name: name })
  await ann.call('PUT', `/servers/${made.server_id}/members/${mei.id}`, { role: 'admin' })
  await ann.call('PUT', `/servers/${made.server_id}/bans/${theo.id}`, { reason: 'Sold other people’s tomatoes' })
  await ann.call('POST', `/servers/${made.server_id}/invites`, { max_uses: 10, expires_in: 604_800 })
  await ann.call('POST', `/servers/${made.server_id}/invites`)
  const square = await ann.call<{ chatroom_id: string }>('POST', '/rooms', {
    kind: 'public',
    chatroom_name: 'Trail reports',
  })
  for (const it of [sofia, jun]) await it.call('PUT', `/rooms/${square.chatroom_id}/members/me`)
  await ann.call('PUT', `/rooms/${square.chatroom_id}/bans/${omar.id}`)
  await sofia.call('PATCH', '/me', { bio: 'I paint what I find on the beach.\nMostly shells.' })
  return { ann, sofia, square: square.chatroom_id, group, direct, server: made.server_id }
}
