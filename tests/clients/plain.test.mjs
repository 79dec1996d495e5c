// A browser's own fetch and WebSocket on the surfaces that need no library, from pages that are
// served from somewhere else, as those of their clients are.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { open } from "./browser.mjs";
import { Server, unique } from "./support.mjs";

const PATIENCE = 10_000;

// The script in the description of the servers and channels, as it stands.
const DESCRIBED = `
const token = "YOUR_JWT_TOKEN";
const channelId = 1;
const ws = new WebSocket(\`ws://localhost:8000/ws/\${channelId}?token=\${token}\`);

ws.onopen = () => {
  console.log("Connected to chat");

  // 메시지 전송
  ws.send(JSON.stringify({
    content: "Hello, World!"
  }));
};

ws.onmessage = (event) => {
  const message = JSON.parse(event.data);
  console.log(\`\${message.author_username}: \${message.content}\`);
};

ws.onclose = () => {
  console.log("Disconnected from chat");
};
`;

let server;
let browser;
// Two places that serve an empty page; the server knows the first.
let allowed;
let foreign;

before(async () => {
  [allowed, foreign] = [await emptyPage(), await emptyPage()];
  server = await Server.start({ ALLOWED_ORIGINS: allowed.origin });
  browser = await open();
});
after(async () => {
  await browser?.close();
  await server?.end();
  allowed?.server.close();
  foreign?.server.close();
});

test("the script of the description talks in its channel until that is gone", async () => {
  const [ann, bob] = [await tester("ann"), await tester("bob")];
  const sea = (await ann.call("POST", "/servers/", { name: "My Server" })).body;
  await bob.call("POST", `/servers/${sea.id}/join`);
  const channel = (await ann.call("POST", "/channels/", { name: "general", server_id: sea.id })).body;
  const described = (who) =>
    DESCRIBED.replace("YOUR_JWT_TOKEN", who.token)
      .replace("channelId = 1", `channelId = ${channel.id}`)
      .replace("localhost:8000", `localhost:${server.port}`);
  const pages = [];
  for (const who of [ann, bob]) {
    const page = await elsewhere();
    page.printed = [];
    page.on("console", (line) => page.printed.push(line.text()));
    await page.addScriptTag({ content: described(who) });
    await until(() => page.printed.length >= 2);
    pages.push(page);
  }
  await until(() => pages[0].printed.length === 3);
  const [hers, his] = [ann, bob].map((it) => `${it.username}: Hello, World!`);
  assert.deepEqual(pages[0].printed, ["Connected to chat", hers, his]);
  assert.deepEqual(pages[1].printed, ["Connected to chat", his]);

  await ann.call("DELETE", `/channels/${channel.id}`);
  for (const page of pages) {
    await until(() => page.printed.at(-1) === "Disconnected from chat");
    assert.equal(page.printed.filter((it) => it === "Disconnected from chat").length, 1);
  }
  assert.deepEqual(browser.complaints, []);
  await Promise.all(pages.map((it) => it.close()));
});

test("cookies alone carry somebody from registering to the socket and out again", async () => {
  const [hers, his] = [await visitor(), await visitor()];
  const name = unique("ann");
  const user = await hers.call("POST", "/user/register", { user_id: name, username: "Ann", password: "pass" });
  assert.equal(user.status, 201);
  // Whoever has registered is signed in: no call in between.
  const { room_id } = (await hers.call("POST", "/message/create_room", { room_name: "seminar" })).body;
  await hers.socket("/message/online");
  await his.call("POST", "/user/register", { user_id: unique("bob"), username: "Bob", password: "pass" });
  await his.socket("/message/online");
  await his.send({ action_type: "join_room", chatroom_id: room_id });
  await hers.send({ action_type: "send_message", chatroom_id: room_id, content: "hello" });
  await hers.hears((it) => it.type === "message_list");
  // His joining is not answered; what he is told from now on, he is told.
  await his.send({ action_type: "get_message", chatroom_id: room_id });
  await his.hears((it) => it.messages?.some((one) => one.content === "hello"));
  await hers.send({ action_type: "send_message", chatroom_id: room_id, content: "again" });
  for (const page of [hers, his]) {
    const { messages } = await page.hears((it) => it.messages?.[0]?.content === "again");
    assert.equal(messages[0].author_id, user.body.id);
    assert.equal(messages[0].author_name, "Ann");
    const time = messages[0].created_at.replace(" ", "T") + "Z";
    assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000, time);
  }
  // The script of a page never sees them.
  assert.equal(await hers.page.evaluate(() => document.cookie), "");
  assert.equal((await hers.call("POST", "/user/refresh-token", {})).status, 200);
  assert.deepEqual((await hers.call("GET", "/message/get_rooms")).body.room_ids, { [room_id]: "seminar" });
  await hers.call("POST", "/user/logout", {});
  assert.equal((await hers.closed()).code, 1008);
  assert.equal((await hers.call("GET", "/message/get_rooms")).status, 401);
  await his.send({ action_type: "get_message", chatroom_id: room_id });
  await his.hears((it) => it.messages?.length === 2);
  await hers.leave();
  await his.leave();
});

test("a page that nobody allowed gets no socket, whatever cookies there are", async () => {
  const { context, close } = await open();
  try {
    const page = await elsewhere(context);
    const at = new Visitor(context, page);
    await at.call("POST", "/user/register", { user_id: unique("eve"), username: "Eve", password: "pass" });
    await at.socket("/message/online");
    // Of the same site, so that a browser would send the cookies along.
    const from = new Visitor(context, await elsewhere(context, foreign));
    assert.equal(await from.socket("/message/online").catch(() => "refused"), "refused");
    assert.equal((await from.closed()).code, 1006);
    const read = from.call("GET", "/message/get_rooms").catch(() => "not to be read");
    assert.equal(await read, "not to be read");
  } finally {
    await close();
  }
});

test("frames of type and data go between two pages, and a bad token is told why", async () => {
  const [hers, his] = [await visitor(), await visitor()];
  const people = [];
  for (const [page, name] of [[hers, "ann"], [his, "bob"]]) {
    const username = unique(name);
    const account = { email: `${username}@example.com`, username, display_name: name, password: "password" };
    const { status, body } = await page.call("POST", "/api/v1/auth/register", account);
    assert.equal(status, 201);
    people.push(body.data);
    await page.socket(`/ws?token=${body.data.access_token}`);
    const hello = await page.hears((it) => it.type === "connection_established");
    assert.equal(hello.data.user.id, body.data.user.id);
  }
  const ids = people.map((it) => it.user.id);
  await hers.hears((it) => it.type === "online_users" && ids.every((id) => it.data.some((one) => one.id === id)));
  await his.send({ type: "join_room", data: { room_id: "general" } });
  await hers.send({ type: "send_message", data: { content: "hello", chat_type: "room", chat_id: "general" } });
  for (const page of [hers, his]) {
    const { data, timestamp } = await page.hears((it) => it.type === "message");
    assert.equal(data.content, "hello");
    assert.equal(data.room_id, "general");
    assert.equal(data.from_user_id, ids[0]);
    assert.ok(!Number.isNaN(Date.parse(timestamp)));
    await page.hears((it) => it.type === "conversation_updated");
  }
  const secret = { content: "psst", chat_type: "private", chat_id: ids[0] };
  await his.send({ type: "send_message", data: secret });
  const { data } = await hers.hears((it) => it.data?.content === "psst");
  assert.equal(data.chat_id, ids[1]);
  await hers.send({ type: "ping" });
  await hers.hears((it) => it.type === "pong");

  const nobody = await visitor();
  await nobody.socket("/ws?token=junk");
  const { code, reason } = await nobody.closed();
  assert.deepEqual([code, reason], [4001, "认证失败"]);
  assert.deepEqual(browser.complaints, []);
  await Promise.all([hers, his, nobody].map((it) => it.leave()));
});

/** A page that was not served by the server. */
async function elsewhere(context = browser.context, at = allowed) {
  const page = await context.newPage();
  await page.goto(at.origin);
  return page;
}

async function emptyPage() {
  const page = '<!doctype html><link rel="icon" href="data:,"><title>elsewhere</title>';
  const type = { "content-type": "text/html" };
  const server = createServer((_, answer) => answer.writeHead(200, type).end(page));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, origin: `http://localhost:${server.address().port}` };
}

/** Somebody with cookies of their own, since one browser keeps one set for all its pages. */
async function visitor() {
  const context = await browser.context.browser().newContext();
  context.on("page", (page) => page.on("pageerror", (error) => browser.complaints.push(String(error))));
  return new Visitor(context, await elsewhere(context));
}

class Visitor {
  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  /** What its script can read of an answer. */
  call(method, path, body) {
    const ask = async ([method, url, body]) => {
      const headers = body ? { "content-type": "application/json" } : {};
      const sent = body && JSON.stringify(body);
      const answer = await fetch(url, { method, headers, body: sent, credentials: "include" });
      return { status: answer.status, body: await answer.json() };
    };
    return this.page.evaluate(ask, [method, `http://localhost:${server.port}${path}`, body]);
  }

  socket(path) {
    const connect = (url) =>
      new Promise((resolve, reject) => {
        window.heard = [];
        window.line = new WebSocket(url);
        line.onmessage = (event) => heard.push(JSON.parse(event.data));
        line.onclose = ({ code, reason }) => (window.end = { code, reason });
        line.onopen = () => resolve("open");
        line.onerror = () => reject(new Error("refused"));
      });
    return this.page.evaluate(connect, `ws://localhost:${server.port}${path}`);
  }

  send(frame) {
    return this.page.evaluate((it) => line.send(it), JSON.stringify(frame));
  }

  /** The first frame that passes; it and those before it are not looked at again. */
  hears(passes) {
    const find = async () => {
      const heard = await this.page.evaluate(() => heard);
      const at = heard.findIndex(passes);
      if (at < 0) return null;
      await this.page.evaluate((count) => heard.splice(0, count), at + 1);
      return heard[at];
    };
    return until(find);
  }

  closed() {
    return until(() => this.page.evaluate(() => window.end ?? null));
  }

  leave() {
    return this.context.close();
  }
}

/** Somebody new of the surface with servers and channels. */
async function tester(name) {
  const username = unique(name);
  const account = { username, email: `${username}@example.com`, password: "password123" };
  assert.equal((await server.call("POST", "/auth/register", account)).status, 201);
  const form = new URLSearchParams({ username, password: "password123" });
  const token = (await server.call("POST", "/auth/login", form)).body.access_token;
  const call = (method, path, body) => server.call(method, path, body, { token });
  return { username, token, call };
}

/** What comes of asking again and again, once it is something. */
async function until(ask) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; ) {
    const found = await ask();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it did not come about in time");
}
