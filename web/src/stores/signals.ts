// The library's topics as signals.
import { parlor } from './client'
import { Signal, Signals } from './signal'

export const signals = {
  me: new Signal(),
  rooms: new Signal(),
  messages: new Signals(),
  members: new Signals(),
  typing: new Signals(),
  friends: new Signal(),
  presences: new Signal(),
  users: new Signal(),
}

const { state } = parlor
state.on('me', () => signals.me.raise())
state.on('rooms', () => signals.rooms.raise())
state.on('messages', (room) => signals.messages.of(room).raise())
state.on('members', (room) => signals.members.of(room).raise())
state.on('typing', (room) => signals.typing.of(room).raise())
state.on('friends', () => signals.friends.raise())
state.on('presences', () => signals.presences.raise())
state.on('users', () => signals.users.raise())
