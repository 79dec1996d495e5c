// The pages that describe the interface, as a browser shows them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "./browser.mjs";
import { Server } from "./support.mjs";

let server;
before(async () => (server = await Server.start()));
after(() => server.stop());

const SHOTS = process.env.SCREENSHOTS;

for (const [path, title, words] of [
  ["/docs", /Parlor|Swagger/, "/v1/rooms/{chatroom_id}/messages"],
  ["/docs/", /Parlor|Swagger/, "/v1/rooms/{chatroom_id}/messages"],
  ["/redoc", /Parlor|Redoc/i, "Send a message"],
]) {
  test(`${path} shows every route, and asks nobody else`, async () => {
    const { context, complaints, close } = await open({ viewport: { width: 1280, height: 900 } });
    try {
      const page = await context.newPage();
      const asked = [];
      page.on("request", (it) => asked.push(new URL(it.url())));
      await page.goto(server.url + path);
      await page.getByText(words, { exact: false }).first().waitFor({ state: "attached" });
      assert.match(await page.title(), title);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${path.replaceAll("/", "")}.png` });
      const elsewhere = asked.filter((it) => it.protocol.startsWith("http") && it.origin !== server.url);
      assert.deepEqual(elsewhere.map(String), []);
      assert.deepEqual(complaints, []);
    } finally {
      await close();
    }
  });
}
