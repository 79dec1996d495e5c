// What is known of people, you among them: names, relations, presences.
import { Emitter } from '../emitter'
import type { Me, Presence, Relation, RoomId, User, UserId } from '../types'

/** What changed, for the views. */
export interface StateEvents {
  me: undefined
  /** The list of rooms, or something about one of them. */
  rooms: RoomId | null
  messages: RoomId
  members: RoomId
  typing: RoomId
  friends: undefined
  presences: undefined
  users: undefined
}

export class PeopleState extends Emitter<StateEvents> {
  me: Me | null = null
  readonly relations = new Map<UserId, Relation>()
  readonly blocked = new Map<UserId, User>()
  readonly presences = new Map<UserId, Presence>()
  readonly users = new Map<UserId, User>()

  setMe(me: Me): void {
    this.me = me
    this.putUsers(me)
    this.emit('me', undefined)
  }

  /** Remembers the current names of people. */
  putUsers(...people: User[]): void {
    let changed = false
    for (const user of people) {
      const known = this.users.get(user.user_id)
      if (known && isSame(known, user)) continue
      this.users.set(user.user_id, user)
      changed = true
    }
    if (changed) this.emit('users', undefined)
  }

  setRelation(relation: Relation): void {
    this.putUsers(relation.user)
    if (relation.state === 'none') this.relations.delete(relation.user_id)
    else this.relations.set(relation.user_id, relation)
    this.emit('friends', undefined)
  }

  setRelations(relations: Relation[], blocked: User[]): void {
    this.relations.clear()
    this.blocked.clear()
    for (const it of relations) this.relations.set(it.user_id, it)
    for (const it of blocked) this.blocked.set(it.user_id, it)
    this.putUsers(...relations.map((it) => it.user), ...blocked)
    this.emit('friends', undefined)
  }

  setBlocked(user: User, isBlocked: boolean): void {
    if (isBlocked) this.blocked.set(user.user_id, user)
    else this.blocked.delete(user.user_id)
    if (isBlocked) this.relations.delete(user.user_id)
    this.emit('friends', undefined)
  }

  setPresences(presences: Presence[]): void {
    for (const it of presences) this.presences.set(it.user_id, it)
    this.emit('presences', undefined)
  }

  /** Somebody has another name now. */
  rename(user: User): void {
    this.users.set(user.user_id, user)
    this.emit('users', undefined)
    if (this.me?.user_id === user.user_id) this.setMe({ ...this.me, ...user })
    const relation = this.relations.get(user.user_id)
    if (relation) this.setRelation({ ...relation, user })
  }

  clear(): void {
    this.me = null
    for (const map of [this.relations, this.blocked, this.presences, this.users]) map.clear()
    for (const event of ['me', 'friends', 'presences', 'users'] as const) this.emit(event, undefined)
  }
}

function isSame(a: User, b: User): boolean {
  return a.username === b.username && a.nickname === b.nickname && a.avatar_url === b.avatar_url && a.status === b.status && a.deleted === b.deleted
}
