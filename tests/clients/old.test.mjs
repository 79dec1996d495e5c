// socket.io-client 2.x, where ENGINE_IO_3 admits it: its token travels in queries.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import io from "socket.io-client-v2";
import { Server } from "./support.mjs";

let server, ann, room;

before(async () => {
  server = await Server.start({ ENGINE_IO_3: "on" });
  ann = await server.person("ann");
  const bob = await server.person("bob");
  const wanted = { kind: "group", user_ids: [bob.id], chatroom_name: "the group" };
  const { body } = await server.call("POST", "/v1/rooms", wanted, { token: ann.token });
  room = body.chatroom_id;
});
after(() => server?.end());

/** What the socket is told first: that it is ready, or why not. */
function first(socket) {
  return new Promise((resolve, reject) => {
    socket.once("session:ready", () => resolve("ready"));
    socket.once("error", resolve);
    socket.once("connect_error", reject);
  });
}

function open(path, query, transports) {
  return io(server.url + path, { query, transports, reconnection: false, forceNew: true });
}

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
  test(`a token in the query opens a namespace over ${transports}`, async () => {
    for (const path of ["/", "/chat"]) {
      const socket = open(path, { token: ann.token }, transports);
      assert.equal(await first(socket), "ready", path);
      socket.close();
    }
  });

  test(`whoever has none is told so in a text over ${transports}`, async () => {
    for (const path of ["/", "/chat"]) {
      for (const query of [undefined, { token: "junk" }]) {
        const socket = open(path, query, transports);
        assert.equal(await first(socket), "unauthorized", path);
        socket.close();
      }
    }
  });
}

test("a hundred events at once arrive, although this client sends them in one request", async () => {
  const socket = open("/chat", { token: ann.token }, ["polling"]);
  assert.equal(await first(socket), "ready");
  const content = "x".repeat(3_000);
  const sent = Array.from({ length: 100 }, () => {
    return new Promise((resolve) => socket.emit("message:send", { chatroom_id: room, content }, resolve));
  });
  const answers = await Promise.all(sent);
  const failed = answers.find((it) => !it.ok);
  assert.equal(failed, undefined);
  assert.deepEqual(answers.map((it) => it.data.message.seq), answers.map((_, at) => at + 1));
  socket.close();
});
