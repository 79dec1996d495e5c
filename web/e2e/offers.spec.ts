// What menus offer in rooms of every kind, to people of every role, is what the server allows.
import { Account, expect, test, type Server } from './support/test'
import { Person } from './support/person'

type Kind = 'direct' | 'group' | 'channel' | 'public'
type Role = 'member' | 'admin' | 'owner'

/** A room with one person of each role, and Eve, about whom and whose words it is. */
interface Place {
  room: string
  server: number | null
  people: Record<Role, Account>
  eve: Account
  hers: number
  mine: Record<Role, number>
}

/** What it is called where it is offered, and what the server is asked then. */
interface Deed {
  offered: string
  on: 'details' | 'member' | 'words' | 'list'
  ask: (place: Place, who: Account) => Promise<unknown>
}

const inRoom = (place: Place, rest = '') => `/rooms/${place.room}${rest}`

const DEEDS: Deed[] = [
  { offered: 'Rename', on: 'details', ask: (at, who) => who.call('PATCH', inRoom(at), { description: 'new' }) },
  {
    offered: 'Add',
    on: 'details',
    ask: async (at, who) => {
      const fay = await Account.make(world, 'Fay')
      await who.call('PUT', inRoom(at, `/members/${fay.id}`))
    },
  },
  { offered: 'Leave room', on: 'details', ask: (at, who) => left(at, who) },
  {
    offered: 'Delete chat',
    on: 'details',
    ask: (at, who) => who.call('PUT', inRoom(at, '/settings'), { cleared_seq: 1 }),
  },
  { offered: 'Delete room', on: 'details', ask: (at, who) => (isChannel(at) ? no() : who.call('DELETE', inRoom(at))) },
  {
    offered: 'Delete channel',
    on: 'details',
    ask: (at, who) => (isChannel(at) ? who.call('DELETE', inRoom(at)) : no()),
  },
  {
    offered: 'Make admin',
    on: 'member',
    ask: (at, who) => who.call('PUT', inRoom(at, `/members/${at.eve.id}`), { role: 'admin' }),
  },
  {
    offered: 'Make owner',
    on: 'member',
    ask: (at, who) => who.call('PUT', inRoom(at, `/members/${at.eve.id}`), { role: 'owner' }),
  },
  {
    offered: 'Remove from room',
    on: 'member',
    ask: (at, who) => who.call('DELETE', inRoom(at, `/members/${at.eve.id}`)),
  },
  { offered: 'Pin', on: 'words', ask: (at, who) => who.call('PUT', `/messages/${at.hers}/pin`) },
  { offered: 'Delete', on: 'words', ask: (at, who) => who.call('DELETE', `/messages/${at.hers}`) },
  { offered: 'Edit', on: 'words', ask: (at, who) => who.call('PATCH', `/messages/${at.hers}`, { content: 'other' }) },
  { offered: 'React', on: 'words', ask: (at, who) => who.call('PUT', `/messages/${at.hers}/reactions/👍`) },
  {
    offered: 'Reply',
    on: 'words',
    ask: (at, who) => who.say(at.room, 'indeed', { reply_to_id: at.hers }),
  },
  { offered: 'Earlier versions', on: 'words', ask: (at, who) => who.call('GET', `/messages/${at.hers}/edits`) },
]

let world: Server

const isChannel = (at: Place) => at.server !== null
const no = () => Promise.reject(new Error('403'))

/** A direct room is not left: asking for it deletes it for oneself, which is offered as that. */
async function left(at: Place, who: Account): Promise<unknown> {
  const kind = (await who.call<{ kind: Kind }>('GET', inRoom(at))).kind
  return kind === 'direct' ? no() : who.call('DELETE', inRoom(at, '/members/me'))
}

async function place(kind: Kind): Promise<Place> {
  const [ann, max, bob, eve] = await Promise.all(['Ann', 'Max', 'Bob', 'Eve'].map((it) => Account.make(world, it)))
  if (!ann || !max || !bob || !eve) throw new Error('nobody')
  const people = { owner: ann, admin: max, member: bob }
  let [room, server]: [string, number | null] = ['', null]
  if (kind === 'direct') room = await bob.direct(eve)
  else if (kind === 'group') room = await ann.group('A group', max, bob, eve)
  else if (kind === 'public') {
    const made = await ann.call<{ chatroom_id: string }>('POST', '/rooms', { kind, chatroom_name: 'A square' })
    room = made.chatroom_id
    for (const it of [max, bob, eve]) await it.call('PUT', `/rooms/${room}/members/me`)
  } else {
    server = (await ann.call<{ server_id: number }>('POST', '/servers', { name: 'A server' })).server_id
    for (const it of [max, bob, eve]) await it.call('PUT', `/servers/${server}/members/me`)
    await ann.call('PUT', `/servers/${server}/members/${max.id}`, { role: 'admin' })
    const body = { chatroom_name: 'A channel' }
    room = (await ann.call<{ chatroom_id: string }>('POST', `/servers/${server}/channels`, body)).chatroom_id
  }
  if (kind === 'group' || kind === 'public') {
    await ann.call('PUT', `/rooms/${room}/members/${max.id}`, { role: 'admin' })
  }
  const hers = (await eve.say(room, 'words of Eve')).message_id
  await eve.call('PATCH', `/messages/${hers}`, { content: 'words of Eve, edited' })
  return { room, server, people, eve, hers, mine: { owner: 0, admin: 0, member: 0 } }
}

async function allowed(kind: Kind, role: Role): Promise<string[]> {
  const asked = DEEDS.map(async (deed) => {
    const at = await place(kind)
    const isDone = await deed.ask(at, at.people[role]).then(
      () => true,
      (refused: Error) => {
        // Only for being refused, not for a mistake of ours.
        expect(refused.message, `${kind} ${role} ${deed.offered}`).toMatch(/403|404/)
        return false
      },
    )
    return isDone ? [deed.offered] : []
  })
  return (await Promise.all(asked)).flat().sort()
}

/** Everything that can be pressed in the details, at Eve, and at her words. */
async function offered(by: Person, kind: Kind, at: Place): Promise<string[]> {
  await by.page.goto(`/app/rooms/${at.room}?panel=details`)
  await by.sees('words of Eve, edited')
  const details = by.page.getByRole('complementary', { name: 'Details' })
  await expect(details.getByRole('button', { name: /Mute for/ })).toBeVisible()
  if (kind !== 'direct') await expect(details.getByRole('listitem').filter({ hasText: 'Eve' })).toBeVisible()
  const seen = await details.getByRole('button').allInnerTexts()
  if (kind !== 'direct') {
    await details.getByRole('button', { name: /Eve/ }).click()
    await expect(by.page.getByRole('menuitem', { name: 'Profile' })).toBeVisible()
    seen.push(...(await by.page.getByRole('menuitem').allInnerTexts()))
    await by.page.keyboard.press('Escape')
  }
  const bubble = by.row('words of Eve').last().locator('.bubble')
  await bubble.click({ button: 'right', position: { x: 8, y: 8 } })
  await expect(by.page.getByRole('menuitem', { name: 'Copy text' })).toBeVisible()
  seen.push(...(await by.page.getByRole('menuitem').allInnerTexts()))
  await by.page.keyboard.press('Escape')
  const known = new Set(DEEDS.map((it) => it.offered))
  return seen
    .map((it) => it.trim())
    .filter((it) => known.has(it))
    .sort()
}

for (const kind of ['direct', 'group', 'channel', 'public'] as const) {
  test(`what is offered in a ${kind} room is what the server allows, to every role`, async ({ arrive, server }) => {
    test.setTimeout(120_000)
    world = server
    const at = await place(kind)
    for (const role of kind === 'direct' ? (['member'] as const) : (['member', 'admin', 'owner'] as const)) {
      const person = await arrive(role, { account: at.people[role] })
      expect(await offered(person, kind, at), `${role} in a ${kind} room`).toEqual(await allowed(kind, role))
    }
  })
}

test('a channel is not pinned to the top of a list in which it is not', async ({ arrive, server }) => {
  world = server
  const at = await place('channel')
  const ann = await arrive('Ann', { account: at.people.owner })
  await ann.page.goto(`/app/rooms/${at.room}?panel=details`)
  await expect(ann.page.getByRole('button', { name: /Mute for/ })).toBeVisible()
  await expect(ann.page.getByRole('switch', { name: 'Pin to the top' })).toHaveCount(0)
})
