// The page to try the room chat out: two people in two windows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { open } from "./browser.mjs";
import { Server, unique } from "./support.mjs";

const SHOTS = process.env.SCREENSHOTS;
const LOOKS = [
  ["wide-light", 1280, 800, "light"],
  ["wide-dark", 1280, 800, "dark"],
  ["narrow-light", 390, 844, "light"],
  ["narrow-dark", 390, 844, "dark"],
];

let server;
before(async () => (server = await Server.start()));
after(() => server?.end());

test("two pages join a room, chat, react, and send each other a file", async () => {
  const { context, complaints, close } = await open({ viewport: { width: 1280, height: 800 } });
  try {
    const [hers, his] = [await enter(context, "ann"), await enter(context, "bob")];
    await hers.page.getByLabel("Name of a new room").fill("The workshop");
    await hers.page.getByRole("button", { name: "Add" }).click();
    await hers.line("connected");
    await his.page.getByRole("button", { name: /The workshop/ }).click();
    await his.line("connected");
    await hers.page.getByText(`${his.name} joined the chat`).waitFor();

    await hers.say("hello, <b>Bob</b>");
    for (const { page } of [hers, his]) {
      await page.getByText("hello, <b>Bob</b>", { exact: true }).waitFor();
    }
    await his.page.getByLabel("Message", { exact: true }).pressSequentially("hi");
    await hers.page.getByText(`${his.name} is typing …`).waitFor();
    await his.page.keyboard.press("Enter");
    await hers.page.getByText("hi", { exact: true }).waitFor();
    await hers.page.getByText("is typing").waitFor({ state: "hidden" });

    const said = his.page.locator("#messages li", { hasText: "hello, <b>Bob</b>" });
    await said.hover();
    await said.getByRole("button", { name: "👍" }).click();
    const seen = hers.page.locator("#messages li", { hasText: "hello, <b>Bob</b>" });
    await seen.getByRole("button", { name: "👍 1" }).waitFor();

    await his.attach("cat.png", "image/png", png(240, 160));
    const picture = hers.page.getByRole("img", { name: "cat.png" });
    await picture.waitFor();
    await picture.evaluate((it) => it.decode());
    await hers.attach("notes.txt", "text/plain", Buffer.from("notes"));
    const link = his.page.getByRole("link", { name: "notes.txt" });
    await link.waitFor();
    const answer = await link.evaluate(async ({ href }) => {
      const file = await fetch(href);
      return [file.headers.get("content-disposition"), await file.text()];
    });
    assert.deepEqual(answer, ["attachment; filename*=UTF-8''notes.txt", "notes"]);

    // Once each, and so it is when the page is opened again.
    const words = () => his.page.locator("#messages .bubble").allInnerTexts();
    const before = await words();
    assert.equal(before.length, 4, String(before));
    await his.page.reload();
    await his.page.getByRole("button", { name: /The workshop/ }).click();
    await his.line("connected");
    assert.deepEqual(await words(), before);
    await shoot(hers, his);

    await his.page.setViewportSize({ width: 1280, height: 800 });
    await his.page.getByRole("button", { name: "Sign out" }).click();
    await his.page.getByLabel("Password").waitFor();
    await hers.say("still here?");
    await hers.page.getByText("still here?", { exact: true }).waitFor();
    assert.equal(await his.page.getByText("still here?").count(), 0);
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});

test("who may not come in is told so on the page", async () => {
  const { context, close } = await open();
  try {
    const page = await context.newPage();
    await page.goto(`${server.url}/test`);
    await page.getByLabel("User name").fill(unique("nobody"));
    await page.getByLabel("Password").fill("wrong password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Incorrect username or password").waitFor();
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/test-door.png` });
  } finally {
    await close();
  }
});

/** Somebody new, signed in on a page of their own. */
async function enter(context, who) {
  const page = await context.newPage();
  const name = unique(who);
  await page.goto(`${server.url}/test`);
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password").fill("a password");
  await page.getByRole("button", { name: "Make an account" }).click();
  await page.getByLabel("Name of a new room").waitFor();
  return {
    page,
    name,
    line: (words) => page.locator("#line", { hasText: words }).waitFor(),
    say: async (words) => {
      await page.getByLabel("Message", { exact: true }).fill(words);
      await page.getByRole("button", { name: "Send" }).click();
    },
    attach: (name, mimeType, buffer) =>
      page.getByLabel("Attach a file").setInputFiles({ name, mimeType, buffer }),
  };
}

/** For whoever wants to look at it. */
async function shoot(hers, his) {
  if (!SHOTS) return;
  await hers.say("A longer message, so that one sees where lines break, and that a bubble never is as wide as the window that it is in.");
  for (const [look, width, height, colorScheme] of LOOKS) {
    await his.page.setViewportSize({ width, height });
    await his.page.emulateMedia({ colorScheme });
    await his.page.screenshot({ path: `${SHOTS}/test-${look}.png` });
    if (width < 500) {
      await his.page.getByRole("button", { name: "Back to the rooms" }).click();
      await his.page.screenshot({ path: `${SHOTS}/test-rooms-${look}.png` });
      await his.page.getByRole("button", { name: /The workshop/ }).click();
      await his.line("connected");
    }
  }
}

/** A picture of one colour. */
function png(width, height) {
  const chunk = (kind, data) => {
    const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(kind), data, Buffer.alloc(4)]);
    whole.writeUInt32BE(data.length, 0);
    whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
    return whole;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const line = Buffer.concat([Buffer.alloc(1), Buffer.alloc(3 * width, Buffer.from([90, 140, 220]))]);
  const lines = deflateSync(Buffer.concat(Array(height).fill(line)));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", lines), chunk("IEND", Buffer.alloc(0))]);
}
