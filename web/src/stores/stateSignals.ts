// A signal for each event of the library's state.
import { parlor } from './client'
import { Signal, SignalMap } from './signal'

export const stateSignals = {
  me: new Signal(),
  rooms: new Signal(),
  messages: new SignalMap(),
  members: new SignalMap(),
  typing: new SignalMap(),
  friends: new Signal(),
  presences: new Signal(),
  users: new Signal(),
}

const { state } = parlor
state.on('me', () => stateSignals.me.trigger())
state.on('rooms', () => stateSignals.rooms.trigger())
state.on('messages', (room) => stateSignals.messages.of(room).trigger())
state.on('members', (room) => stateSignals.members.of(room).trigger())
state.on('typing', (room) => stateSignals.typing.of(room).trigger())
state.on('friends', () => stateSignals.friends.trigger())
state.on('presences', () => stateSignals.presences.trigger())
state.on('users', () => stateSignals.users.trigger())
