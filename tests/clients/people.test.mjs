// What people hear of each other: typing, friendship, presence, groups.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { all, ask, connected, couple, hears, must, Server } from "./support.mjs";

let server;

before(async () => (server = await Server.start()));
after(() => server?.end());

test("typing is told as the full list, and ends when it is stopped", async () => {
  const { ann, bob, room, leave } = await couple(server);
  assert.deepEqual(await must(ann.socket, "typing:start", { chatroom_id: room }), {});
  const typing = await hears(bob.socket, "typing:changed", (it) => it.users.length > 0);
  assert.equal(typing.chatroom_id, room);
  assert.deepEqual(typing.users.map((it) => it.user_id), [ann.id]);
  assert.ok(Date.parse(typing.users[0].expires_at) > Date.now());
  await must(ann.socket, "typing:stop", { chatroom_id: room });
  await hears(bob.socket, "typing:changed", (it) => it.users.length === 0);
  leave();
});

test("a message ends its sender's typing", async () => {
  const { ann, bob, room, leave } = await couple(server);
  await must(ann.socket, "typing:start", { chatroom_id: room });
  await hears(bob.socket, "typing:changed", (it) => it.users.length > 0);
  await must(ann.socket, "message:send", { chatroom_id: room, content: "done" });
  await hears(bob.socket, "typing:changed", (it) => it.users.length === 0);
  leave();
});

test("a friend request is heard, and so is its acceptance", async () => {
  const { ann, bob, leave } = await couple(server);
  const asked = await must(ann.socket, "friend:request", { user_id: bob.id });
  assert.equal(asked.relation.state, "outgoing");
  const request = await hears(bob.socket, "friend:requested");
  assert.equal(request.relation.state, "incoming");
  assert.equal(request.user.username, ann.username);
  const accepted = await must(bob.socket, "friend:accept", { user_id: ann.id });
  assert.equal(accepted.relation.state, "friends");
  const news = await hears(ann.socket, "friend:accepted");
  assert.equal(news.relation.state, "friends");
  assert.equal(news.user.user_id, bob.id);
  const { ok, error } = await ask(ann.socket, "friend:request", { user_id: bob.id });
  assert.equal(ok, false);
  assert.equal(error.code, "already_friends");
  leave();
});

test("a friendship that ends is heard of", async () => {
  const { ann, bob, leave } = await couple(server);
  await must(ann.socket, "friend:request", { username: bob.username });
  await must(bob.socket, "friend:accept", { user_id: ann.id });
  await must(ann.socket, "friend:remove", { user_id: bob.id });
  const news = await hears(bob.socket, "friend:removed");
  assert.equal(news.relation.state, "none");
  leave();
});

test("whoever shares a direct room hears that somebody came, and how they are", async () => {
  const [ann, carol] = await Promise.all([server.person("ann"), server.person("carol")]);
  ann.socket = await connected(server, ann.token);
  await must(ann.socket, "room:create", { kind: "direct", user_ids: [carol.id] });
  carol.socket = await connected(server, carol.token);
  const about = (state) => (it) =>
    it.presences.some((one) => one.user_id === carol.id && one.state === state);
  await hears(ann.socket, "presence:changed", about("online"));
  const mine = { state: "dnd", status_text: "writing" };
  await must(carol.socket, "presence:set", mine);
  const { presences } = await hears(ann.socket, "presence:changed", about("dnd"));
  assert.equal(presences.find((it) => it.user_id === carol.id).status_text, "writing");
  [ann.socket, carol.socket].forEach((it) => it.close());
});

test("strangers hear nothing of each other until they ask", async () => {
  const [ann, eve] = await Promise.all([server.person("ann"), server.person("eve")]);
  eve.socket = await connected(server, eve.token);
  ann.socket = await connected(server, ann.token);
  const isAnn = (it) => it.presences.some((one) => one.user_id === ann.id);
  const { presences } = await must(eve.socket, "presence:subscribe", { user_ids: [ann.id] });
  assert.deepEqual(presences.map((it) => it.state), ["online"]);
  assert.ok(!all(eve.socket, "presence:changed").some(isAnn));
  await must(ann.socket, "presence:set", { state: "idle" });
  await hears(eve.socket, "presence:changed", isAnn);
  [ann.socket, eve.socket].forEach((it) => it.close());
});

test("a group's members hear it from the moment they are in, and nothing after", async () => {
  const { ann, bob, leave } = await couple(server);
  const carol = await server.person("carol");
  carol.socket = await connected(server, carol.token);
  const draft = { kind: "group", user_ids: [bob.id], chatroom_name: "kitchen" };
  const { chatroom } = await must(ann.socket, "room:create", draft);
  const room = { chatroom_id: chatroom.chatroom_id };
  const say = (content) => must(ann.socket, "message:send", { ...room, content });
  const saying = (text) => (it) => it.message.content === text;

  await say("before");
  await must(ann.socket, "room:add_members", { ...room, user_ids: [carol.id] });
  await hears(bob.socket, "room:member_joined", (it) => it.user_id === carol.id);
  await say("welcome");
  await hears(carol.socket, "message:created", saying("welcome"));

  await must(carol.socket, "room:leave", room);
  await hears(bob.socket, "room:member_left", (it) => it.user_id === carol.id);
  await say("gossip");
  await hears(bob.socket, "message:created", saying("gossip"));
  const { ok, error } = await ask(carol.socket, "message:list", room);
  assert.equal(ok, false);
  assert.ok(["not_member", "not_found"].includes(error.code), error.code);
  const heard = all(carol.socket, "message:created").map((it) => it.message.content);
  assert.deepEqual(heard, ["welcome"]);
  carol.socket.close();
  leave();
});
