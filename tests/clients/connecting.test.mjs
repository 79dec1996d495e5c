// Who is let in at /socket.io/, over which transports, and how the rest is turned away.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { io } from "socket.io-client";
import oldIo from "socket.io-client-v2";
import { ask, client, connected, hears, must, refusal, Server, welcome } from "./support.mjs";

const FOREIGN = { origin: "http://evil.example" };
const TOO_OLD =
  "The client is using an unsupported version of the Socket.IO or Engine.IO protocols";

let server, ann;

before(async () => {
  server = await Server.start();
  ann = await server.person("ann");
});
after(() => server?.end());

for (const transport of ["websocket", "polling"]) {
  test(`a client connects over ${transport} only`, async () => {
    const socket = await connected(server, ann.token, { transports: [transport] });
    const ready = await hears(socket, "session:ready");
    assert.equal(ready.user.user_id, ann.id);
    assert.equal(socket.io.engine.transport.name, transport);
    socket.close();
  });

  test(`a refusal over ${transport} says why`, async () => {
    for (const token of [undefined, "", "junk", "a.b.c", `${ann.token}x`]) {
      const error = await refusal(client(server, token, { transports: [transport] }));
      assert.equal(error.message, "unauthorized", `for the token ${token}`);
    }
  });

  test(`a page of a foreign origin is refused over ${transport}`, async () => {
    const options = { transports: [transport], extraHeaders: FOREIGN };
    const error = await refusal(client(server, ann.token, options));
    assert.match(error.message, /^(websocket|xhr poll) error$/);
  });
}

test("a page of an allowed origin is let in", async () => {
  const extraHeaders = { origin: "http://localhost:5173" };
  for (const transport of ["websocket", "polling"]) {
    const socket = await connected(server, ann.token, { transports: [transport], extraHeaders });
    socket.close();
  }
});

test("a foreign origin is told so", async () => {
  const handshake = "/socket.io/?EIO=4&transport=polling";
  const answer = await server.call("GET", handshake, undefined, { headers: FOREIGN });
  assert.deepEqual(answer, { status: 400, body: "http://evil.example is not an accepted origin." });
});

test("a client moves up from polling to a websocket", async () => {
  const socket = client(server, ann.token, { transports: ["polling", "websocket"] });
  const upgraded = once(socket.io.engine, "upgrade");
  await welcome(socket);
  await upgraded;
  assert.equal(socket.io.engine.transport.name, "websocket");
  await must(socket, "presence:set", { state: "online" });
  socket.close();
});

test("a token is taken with Bearer before it, or from a header", async () => {
  const bearer = `Bearer ${ann.token}`;
  for (const options of [{ auth: { token: bearer } }, { extraHeaders: { authorization: bearer } }]) {
    const socket = await connected(server, undefined, options);
    assert.equal((await hears(socket, "session:ready")).user.user_id, ann.id);
    socket.close();
  }
});

test("session:ready brings all that a client needs to begin", async () => {
  const socket = await connected(server, ann.token);
  const ready = await hears(socket, "session:ready");
  for (const key of ["session_id", "user", "server_time", "limits", "rooms", "user_rev"]) {
    assert.ok(key in ready, `${key} is missing`);
  }
  assert.deepEqual(ready.rooms, []);
  socket.close();
});

test("the connection id, which is a secret of the transport, is in no greeting", async () => {
  const socket = await connected(server, ann.token);
  const ready = await hears(socket, "session:ready");
  assert.ok(!JSON.stringify(ready).includes(socket.io.engine.id));
  socket.close();
});

test("a namespace offers its nouns and no others", async () => {
  const socket = io(`${server.url}/presence`, namespaced());
  await welcome(socket);
  assert.equal((await ask(socket, "presence:set", { state: "online" })).ok, true);
  assert.equal((await ask(socket, "room:leave", {})).error.code, "bad_request");
  socket.close();
});

test("an unknown namespace is refused", async () => {
  const error = await refusal(io(`${server.url}/nowhere`, namespaced()));
  assert.equal(error.message, "Invalid namespace");
});

test("an Engine.IO 3 client is refused", async () => {
  for (const transport of ["websocket", "polling"]) {
    const options = { transports: [transport], reconnection: false, forceNew: true };
    await refusal(oldIo(server.url, { ...options, query: { token: ann.token } }));
  }
  const answer = await server.call("GET", "/socket.io/?EIO=3&transport=polling");
  assert.deepEqual(answer, { status: 400, body: TOO_OLD });
});

test("there is no client script at /socket.io/socket.io.js", async () => {
  assert.equal((await server.call("GET", "/socket.io/socket.io.js")).status, 404);
});

function namespaced() {
  const auth = { token: ann.token };
  return { auth, transports: ["websocket"], reconnection: false, forceNew: true };
}
