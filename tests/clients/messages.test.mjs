// Ann says, Bob hears: messages over the native path.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { all, ask, connected, couple, hears, must, Server } from "./support.mjs";

let server;

before(async () => (server = await Server.start()));
after(() => server?.end());

const saying = (text) => (it) => it.message.content === text;

test("a direct room is made once per pair", async () => {
  const { ann, bob, room, leave } = await couple(server);
  const again = await ask(bob.socket, "room:create", { kind: "direct", user_ids: [ann.id] });
  assert.equal(again.ok, true);
  assert.equal(again.data.created, false);
  assert.equal(again.data.chatroom.chatroom_id, room);
  leave();
});

test("a message is acknowledged, and both hear it with its client_msg_id", async () => {
  const { ann, bob, room, leave } = await couple(server);
  const client_msg_id = randomUUID();
  const words = { chatroom_id: room, client_msg_id, content: "hello 👋" };
  const answer = await ask(ann.socket, "message:send", words);
  assert.equal(answer.ok, true);
  assert.equal(answer.data.duplicate, false);
  const { message } = answer.data;
  assert.equal(message.client_msg_id, client_msg_id);
  assert.equal(message.sender_id, ann.id);
  assert.equal(message.user.username, ann.username);
  assert.equal(message.content, "hello 👋");
  assert.equal(message.message_type, "text");
  assert.match(message.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  for (const socket of [ann.socket, bob.socket]) {
    const created = await hears(socket, "message:created");
    assert.deepEqual(created, { message, rev: message.rev });
  }
  leave();
});

test("all devices of the sender hear what one of them sends", async () => {
  const { ann, room, leave } = await couple(server);
  const phone = await connected(server, ann.token, { transports: ["polling"] });
  await must(ann.socket, "message:send", { chatroom_id: room, content: "from the desk" });
  await hears(phone, "message:created", saying("from the desk"));
  phone.close();
  leave();
});

test("a repeated send is one message and one event", async () => {
  const { ann, bob, room, leave } = await couple(server);
  const words = { chatroom_id: room, client_msg_id: randomUUID(), content: "once" };
  const first = await must(ann.socket, "message:send", words);
  const second = await must(ann.socket, "message:send", words);
  assert.equal(second.duplicate, true);
  assert.equal(second.message.message_id, first.message.message_id);
  await must(ann.socket, "message:send", { chatroom_id: room, content: "the end" });
  await hears(bob.socket, "message:created", saying("the end"));
  const heard = all(bob.socket, "message:created").map((it) => it.message.content);
  assert.deepEqual(heard, ["once", "the end"]);
  leave();
});

test("200 pipelined messages arrive in order and without a hole", async () => {
  const { ann, bob, room, leave } = await couple(server);
  const texts = Array.from({ length: 200 }, (_, number) => `number ${number}`);
  const sends = texts.map((content) =>
    must(ann.socket, "message:send", { chatroom_id: room, client_msg_id: randomUUID(), content }),
  );
  const acknowledged = (await Promise.all(sends)).map((it) => it.message.seq);
  await hears(bob.socket, "message:created", saying("number 199"));
  const heard = all(bob.socket, "message:created").map((it) => it.message);
  assert.deepEqual(heard.map((it) => it.content), texts);
  assert.deepEqual(heard.map((it) => it.seq), texts.map((_, number) => heard[0].seq + number));
  assert.deepEqual(acknowledged, heard.map((it) => it.seq));
  leave();
});

test("history comes in pages, oldest first", async () => {
  const { ann, bob, room, leave } = await couple(server);
  for (const content of ["one", "two", "three"]) {
    await must(ann.socket, "message:send", { chatroom_id: room, content });
  }
  const newest = await must(bob.socket, "message:list", { chatroom_id: room, limit: 2 });
  assert.deepEqual(newest.messages.map((it) => it.content), ["two", "three"]);
  assert.equal(newest.has_more_before, true);
  assert.equal(newest.has_more_after, false);
  const before_seq = newest.messages[0].seq;
  const older = await must(bob.socket, "message:list", { chatroom_id: room, before_seq });
  assert.deepEqual(older.messages.map((it) => it.content), ["one"]);
  assert.equal(older.has_more_before, false);
  leave();
});

test("what is posted over REST is heard, and what is sent is in the history of REST", async () => {
  const { ann, bob, room, leave } = await couple(server);
  const route = `/v1/rooms/${room}/messages`;
  const posted = await server.call("POST", route, { content: "by post" }, ann);
  assert.equal(posted.status, 201);
  await hears(bob.socket, "message:created", saying("by post"));
  await must(bob.socket, "message:send", { chatroom_id: room, content: "by event" });
  const { body } = await server.call("GET", route, undefined, ann);
  assert.deepEqual(body.messages.map((it) => it.content), ["by post", "by event"]);
  leave();
});

test("a reader's cursor is shown to others, and the count to the reader's other devices", async () => {
  const { ann, bob, room, leave } = await couple(server);
  const phone = await connected(server, bob.token);
  const { message } = await must(ann.socket, "message:send", { chatroom_id: room, content: "hi" });
  const cursor = await must(bob.socket, "message:read", { chatroom_id: room });
  assert.deepEqual(cursor, { last_read_seq: message.seq, unread_count: 0 });
  const { seq } = message;
  const told = await hears(ann.socket, "room:marks", (it) => it.chatroom_id === room);
  assert.deepEqual(told.marks, [{ user_id: bob.id, last_read_seq: seq, last_delivered_seq: seq }]);
  const isRead = (it) => it.last_read_seq === message.seq;
  const unread = await hears(phone, "room:unread", isRead);
  assert.deepEqual(unread, { chatroom_id: room, unread_count: 0, mention_count: 0, last_read_seq: message.seq });
  phone.close();
  leave();
});

test("a bad payload is answered with what is wrong", async () => {
  const { ann, room, leave } = await couple(server);
  const bad = [
    ["message:send", {}],
    ["message:send", "words"],
    ["message:send", null],
    ["message:send", [1, 2]],
    ["message:send", { chatroom_id: room }],
    ["message:send", { chatroom_id: room, content: "" }],
    ["message:send", { chatroom_id: room, content: "   " }],
    ["message:send", { chatroom_id: room, content: 7 }],
    ["message:send", { chatroom_id: room, content: "hi", colour: "red" }],
    ["message:send", { chatroom_id: room, content: "hi", client_msg_id: "not a uuid" }],
    ["message:send", { chatroom_id: "not a uuid", content: "hi" }],
    ["message:list", { chatroom_id: room, limit: -1 }],
    ["message:list", { chatroom_id: room, before_seq: 1, after_seq: 1 }],
    ["room:create", { kind: "castle", user_ids: [1] }],
    ["presence:subscribe", { user_ids: "all" }],
  ];
  for (const [event, payload] of bad) {
    const { ok, error } = await ask(ann.socket, event, payload);
    const told = { ok, code: error?.code, status: error?.status };
    const expected = { ok: false, code: "validation_failed", status: 422 };
    assert.deepEqual(told, expected, `${event} ${JSON.stringify(payload)}`);
    assert.equal(typeof error.message, "string");
  }
  const { messages } = await must(ann.socket, "message:list", { chatroom_id: room });
  assert.deepEqual(messages, []);
  leave();
});

test("an unknown event is answered", async () => {
  const { ann, leave } = await couple(server);
  const { ok, error } = await ask(ann.socket, "message:shout", {});
  assert.equal(ok, false);
  assert.equal(error.code, "bad_request");
  leave();
});

test("a failure without an acknowledgement arrives as an error event", async () => {
  const { ann, room, leave } = await couple(server);
  ann.socket.emit("message:send", { chatroom_id: room });
  ann.socket.emit("message:shout", {});
  const bad = await hears(ann.socket, "error", (it) => it.event === "message:send");
  assert.equal(bad.error.code, "validation_failed");
  const unknown = await hears(ann.socket, "error", (it) => it.event === "message:shout");
  assert.equal(unknown.error.code, "bad_request");
  leave();
});

test("whoever is no member can neither send nor read", async () => {
  const { ann, bob, room, leave } = await couple(server);
  const eve = await server.person("eve");
  eve.socket = await connected(server, eve.token);
  for (const [event, payload] of [
    ["message:send", { chatroom_id: room, content: "let me in" }],
    ["message:list", { chatroom_id: room }],
    ["message:read", { chatroom_id: room }],
    ["typing:start", { chatroom_id: room }],
  ]) {
    const { ok, error } = await ask(eve.socket, event, payload);
    assert.equal(ok, false, event);
    assert.ok(["not_member", "not_found"].includes(error.code), `${event}: ${error.code}`);
  }
  await must(ann.socket, "message:send", { chatroom_id: room, content: "secret" });
  await hears(bob.socket, "message:created", saying("secret"));
  // Her own message comes after it, so whatever leaked would have come before.
  const own = { kind: "direct", user_ids: [bob.id] };
  const { chatroom } = await must(eve.socket, "room:create", own);
  const words = { chatroom_id: chatroom.chatroom_id, content: "mine" };
  await must(eve.socket, "message:send", words);
  await hears(eve.socket, "message:created", saying("mine"));
  assert.equal(all(eve.socket, "message:created").length, 1);
  eve.socket.close();
  leave();
});
