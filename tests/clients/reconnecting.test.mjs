// A client that is left alone finds its way back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, couple, hears, must, Server } from "./support.mjs";

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
  test(`a client on ${transports} comes back by itself after a restart and can send`, async () => {
    const server = await Server.start();
    try {
      const { bob, room, leave } = await couple(server);
      const carol = await connected(server, bob.token, {
        transports,
        reconnection: true,
        reconnectionDelay: 50,
        reconnectionDelayMax: 200,
      });
      const words = { chatroom_id: room, content: "before" };
      const { message } = await must(carol, "message:send", words);

      const gone = new Promise((resolve) => carol.once("disconnect", resolve));
      await server.stop();
      // After that reason a client stays away.
      assert.notEqual(await gone, "io server disconnect");
      const back = new Promise((resolve) => carol.once("connect", resolve));
      await server.start();
      await back;

      const after = await must(carol, "message:send", { ...words, content: "after" });
      assert.equal(after.message.seq, message.seq + 1);
      await hears(carol, "message:created", (it) => it.message.content === "after");
      const { messages } = await must(carol, "message:list", { chatroom_id: room });
      assert.deepEqual(messages.map((it) => it.content), ["before", "after"]);
      carol.close();
      leave();
    } finally {
      await server.end();
    }
  });
}
