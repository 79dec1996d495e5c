// The Vue client of the chatroom surface, step by step: its socket at /ws/socket.io/ carries no
// token, and every text goes out twice, as an event and as a POST.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { all, hears, listening, Server, unique, welcome } from "./support.mjs";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/** Everybody here uses the same browser at the same address. */
const BROWSER = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0" };

let server;

before(async () => (server = await Server.start()));
after(() => server?.end());

test("a text that is both emitted and posted is heard exactly once", async () => {
  const { ann, bob, room } = await couple();
  const { timestamp } = await ann.says(room, "hello 👋\n");
  await ann.says(room, "the end");
  const message = await hears(bob.socket, "receive_message");
  await hears(bob.socket, "receive_message", (it) => it.content === "the end");
  // A second copy of the last one would come late.
  await sleep(300);
  const heard = all(bob.socket, "receive_message").map((it) => it.content.trim());
  assert.deepEqual(heard, ["hello 👋", "the end"]);

  assert.equal(message.chatroom_id, room);
  assert.equal(message.message_type, "text");
  assert.equal(message.img, "");
  assert.equal(Date.parse(message.timestamp), Date.parse(timestamp));
  assert.strictEqual(message.user.id, ann.id);
  assert.equal(message.user.userName, ann.username);
  assert.equal(message.user.username, ann.username);
  leave(ann, bob);
});

test("what is said is in the history once", async () => {
  const { ann, bob, room } = await couple();
  await ann.says(room, "one");
  await ann.says(room, "two");
  await hears(bob.socket, "receive_message", (it) => it.content === "two");
  const { status, body } = await bob.call("GET", `/chatrooms/${room}/messages?limit=50`);
  assert.equal(status, 200);
  assert.deepEqual(body.map((it) => it.content), ["one", "two"]);
  assert.deepEqual(body.map((it) => it.user.id), [ann.id, ann.id]);
  leave(ann, bob);
});

test("a POST that arrives before its event is heard once, too", async () => {
  const { ann, bob, room } = await couple();
  const words = ann.words(room, "post first");
  assert.equal((await ann.post(words)).status, 200);
  ann.socket.emit("send_message", words.emitted);
  await ann.says(room, "the end");
  await hears(bob.socket, "receive_message", (it) => it.content === "the end");
  await sleep(300);
  const heard = all(bob.socket, "receive_message").map((it) => it.content);
  assert.deepEqual(heard, ["post first", "the end"]);
  leave(ann, bob);
});

test("the same words said twice are two messages", async () => {
  const { ann, bob, room } = await couple();
  await ann.says(room, "ok");
  await sleep(5);
  await ann.says(room, "ok");
  await ann.says(room, "the end");
  await hears(bob.socket, "receive_message", (it) => it.content === "the end");
  const heard = all(bob.socket, "receive_message").map((it) => it.content);
  assert.deepEqual(heard, ["ok", "ok", "the end"]);
  leave(ann, bob);
});

test("a file, which is only posted, is heard", async () => {
  const { ann, bob, room } = await couple();
  const form = new FormData();
  form.append("file", new Blob([PIXEL], { type: "image/png" }), "pixel.png");
  const upload = await server.call("POST", "/upload/upload-message-file", form, {
    headers: BROWSER,
  });
  assert.equal(upload.status, 200);
  assert.equal(upload.body.message_type, "image");
  const { url } = upload.body;
  assert.ok(url.startsWith(`${server.url}/static/message/`), url);
  assert.equal((await fetch(url)).headers.get("content-type"), "image/png");

  const words = ann.words(room, url, "image");
  assert.equal((await ann.post(words)).status, 200);
  const message = await hears(bob.socket, "receive_message");
  assert.equal(message.content, url);
  assert.equal(message.message_type, "image");
  assert.strictEqual(message.user.id, ann.id);
  leave(ann, bob);
});

test("what others keep here has the name by which one has called the server", async () => {
  const { ann, bob, room } = await couple();
  const form = new FormData();
  form.append("file", new Blob([PIXEL], { type: "image/png" }), "me.png");
  const stored = await ann.call("PUT", "/v1/me/avatar", form);
  assert.match(stored.body.avatar_url, /^\/static\/avatars\//);
  await ann.says(room, "look at me");
  const { user } = await hears(bob.socket, "receive_message");
  assert.equal(user.profilePictureUrl, server.url + stored.body.avatar_url);
  assert.equal((await fetch(user.profilePictureUrl)).status, 200);
  const { body } = await bob.call("GET", `/chatrooms/${room}/messages?limit=1`);
  assert.equal(body[0].user.profilePictureUrl, user.profilePictureUrl);
  const me = await ann.call("GET", "/auth/users/me/");
  assert.equal(me.body.avatar_url, user.profilePictureUrl);
  leave(ann, bob);
});

test("an event without a token speaks for nobody", async () => {
  const { ann, bob, room } = await couple();
  const eve = await vue();
  eve.emit("send_message", ann.words(room, "I am Ann").emitted);
  await eve.emitWithAck("join_room", room);
  await ann.says(room, "the end");
  await hears(bob.socket, "receive_message", (it) => it.content === "the end");
  assert.equal(all(bob.socket, "receive_message").length, 1);
  const { body } = await bob.call("GET", `/chatrooms/${room}/messages?limit=50`);
  assert.deepEqual(body.map((it) => it.content), ["the end"]);
  eve.close();
  leave(ann, bob);
});

test("a socket with a token sends by itself, and the POST that follows is no second message", async () => {
  const { ann, bob, room } = await couple();
  const socket = await vue(ann.token);
  await socket.emitWithAck("join_room", room);
  const words = ann.words(room, "with a token");
  socket.emit("send_message", words.emitted);
  const message = await hears(bob.socket, "receive_message");
  assert.equal(message.content, "with a token");
  assert.strictEqual(message.user.id, ann.id);
  assert.equal((await ann.post(words)).status, 200);
  await ann.says(room, "the end");
  await hears(bob.socket, "receive_message", (it) => it.content === "the end");
  assert.equal(all(bob.socket, "receive_message").length, 2);
  const { body } = await bob.call("GET", `/chatrooms/${room}/messages?limit=50`);
  assert.deepEqual(body.map((it) => it.content), ["with a token", "the end"]);
  socket.close();
  leave(ann, bob);
});

test("a page of a foreign origin is refused", async () => {
  const headers = { origin: "http://evil.example" };
  const handshake = "/ws/socket.io/?EIO=4&transport=polling";
  const answer = await server.call("GET", handshake, undefined, { headers });
  assert.deepEqual(answer, { status: 400, body: "http://evil.example is not an accepted origin." });
});

/** Two signed-in people in one room, each with a page open. */
async function couple() {
  const ann = await person("ann");
  const bob = await person("bob");
  const { status, body } = await ann.call("POST", "/chatrooms/", { members_id: [bob.id] });
  assert.equal(status, 200);
  const room = body.chatroom_id;
  for (const one of [ann, bob]) {
    one.socket = await vue();
    assert.equal((await one.call("GET", "/chatrooms/")).status, 200);
    one.socket.emit("set_user_id", one.id);
    one.socket.emit("join_room", room);
    // The history that the page asks for right after says whose socket it is.
    assert.equal((await one.call("GET", `/chatrooms/${room}/messages?limit=50`)).status, 200);
    // Events of one socket are worked off in order: when this is answered, the join is done.
    await one.socket.timeout(5_000).emitWithAck("set_user_id", one.id);
  }
  return { ann, bob, room };
}

async function person(name) {
  const username = unique(name);
  const account = { username, password: "password", email: `${username}@example.com` };
  const registered = await server.call("POST", "/auth/register", account);
  assert.equal(registered.status, 201);
  const login = new URLSearchParams({ username, password: "password" });
  const { status, body } = await server.call("POST", "/auth/token", login);
  assert.equal(status, 200);
  return new Person(registered.body.user_id, username, body.access_token);
}

class Person {
  constructor(id, username, token) {
    Object.assign(this, { id, username, token, headers: BROWSER });
  }

  call(method, route, body) {
    return server.call(method, route, body, this);
  }

  /** What the page emits and what it posts, of one text. */
  words(chatroom_id, content, message_type = "text") {
    const timestamp = new Date().toISOString();
    const common = { chatroom_id, content, message_type, timestamp };
    const user = { id: this.id, userName: this.username, profilePictureUrl: null };
    return {
      timestamp,
      emitted: { ...common, user, isSentByViewer: true },
      posted: { ...common, sender_id: this.id, read_status: "unread" },
    };
  }

  post({ posted }) {
    return this.call("POST", `/chatrooms/${posted.chatroom_id}/message`, posted);
  }

  /** As the page does it: the event first, without waiting, then the request. */
  async says(room, content) {
    const words = this.words(room, content);
    this.socket.emit("send_message", words.emitted);
    const { status, body } = await this.post(words);
    assert.deepEqual({ status, body }, { status: 200, body: null });
    return words;
  }
}

/** The page's socket, with the options of the original. */
async function vue(token) {
  const socket = listening(
    io(server.url, {
      path: "/ws/socket.io/",
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      extraHeaders: BROWSER,
      ...(token && { auth: { token } }),
    }),
  );
  await welcome(socket);
  return socket;
}

function leave(...people) {
  people.forEach((it) => it.socket.close());
}
