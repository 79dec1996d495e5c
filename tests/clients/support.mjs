// A real server in a folder of its own, people on it, and sockets that remember what they heard.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";

const BINARY = path.resolve(
  process.env.PARLOR_BIN ?? path.join(import.meta.dirname, "../../target/debug/parlor"),
);
const PATIENCE = 10_000;

/** The server as a process. It can be stopped and started again on the same data and port. */
export class Server {
  static async start(settings = {}) {
    const folder = await mkdtemp(path.join(tmpdir(), "parlor-clients-"));
    const server = new Server(folder, await freePort(), settings);
    await server.start();
    return server;
  }

  constructor(folder, port, settings) {
    this.folder = folder;
    this.settings = settings;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  async start() {
    const env = {
      PATH: process.env.PATH,
      HOST: "127.0.0.1",
      PORT: String(this.port),
      DATA_DIR: path.join(this.folder, "data"),
      STATIC_DIR: path.join(this.folder, "static"),
      RATE_LIMITS: "off",
      LOG: "warn",
      ...this.settings,
    };
    // The folder is empty, so that no .env or parlor.toml of the reader's has a say.
    this.process = spawn(BINARY, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (log += text));
    }
    for (const deadline = Date.now() + PATIENCE; !(await this.isReady()); await sleep(20)) {
      if (this.process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server does not start:\n${log}`);
      }
    }
  }

  async isReady() {
    try {
      return (await fetch(`${this.url}/health/ready`)).status === 200;
    } catch {
      return false;
    }
  }

  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await exit;
  }

  /** Stops for good. */
  async end() {
    await this.stop();
    await rm(this.folder, { recursive: true });
  }

  /** One request, its answer's status and body. An object is sent as JSON. */
  async call(method, route, body, { token, headers } = {}) {
    const isForm = body instanceof URLSearchParams || body instanceof FormData;
    const response = await fetch(this.url + route, {
      method,
      headers: {
        ...(body && !isForm && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: isForm ? body : body && JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: isJson && text ? JSON.parse(text) : text };
  }

  /** Somebody new, registered on the native surface. */
  async person(name) {
    const username = unique(name);
    const account = { username, email: `${username}@example.com`, password: "correct horse" };
    const { status, body } = await this.call("POST", "/v1/auth/register", account);
    if (status !== 201) throw new Error(`${username} cannot register: ${JSON.stringify(body)}`);
    return { id: body.user.user_id, username, token: body.access_token };
  }
}

/** A client of the native path. It hears from its first moment on, and gives up at once. */
export function client(server, token, options = {}) {
  return listening(
    io(server.url, {
      auth: token && { token },
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      ...options,
    }),
  );
}

/** The same, connected. */
export async function connected(server, token, options) {
  const socket = client(server, token, options);
  await welcome(socket);
  return socket;
}

export async function welcome(socket) {
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
}

/** The error with which a client is refused. */
export async function refusal(socket) {
  try {
    return await new Promise((resolve, reject) => {
      socket.once("connect_error", resolve);
      socket.once("connect", () => reject(new Error("it was let in")));
    });
  } finally {
    socket.close();
  }
}

/** Remembers every event, so that one which came before it was asked for is not lost. */
export function listening(socket) {
  socket.heard = [];
  socket.onAny((event, data) => socket.heard.push({ event, data }));
  return socket;
}

/** What came, or is still to come, under this name; with a test, the first that passes it. */
export async function hears(socket, event, passes = () => true) {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(5)) {
    const found = socket.heard.find((it) => it.event === event && passes(it.data));
    if (found) return found.data;
  }
  const heard = socket.heard.map((it) => it.event).join(", ") || "nothing";
  throw new Error(`${event} did not come; heard were: ${heard}`);
}

/** All that came so far under this name. */
export function all(socket, event) {
  return socket.heard.filter((it) => it.event === event).map((it) => it.data);
}

export function ask(socket, event, payload) {
  return socket.timeout(PATIENCE).emitWithAck(event, payload);
}

/** The data of an answer that must not be a failure. */
export async function must(socket, event, payload) {
  const answer = await ask(socket, event, payload);
  if (!answer.ok) throw new Error(`${event} failed: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** Two people in a direct room, each with a socket. */
export async function couple(server) {
  const [ann, bob] = await Promise.all([server.person("ann"), server.person("bob")]);
  ann.socket = await connected(server, ann.token);
  bob.socket = await connected(server, bob.token);
  const { chatroom } = await must(ann.socket, "room:create", { kind: "direct", user_ids: [bob.id] });
  await hears(bob.socket, "room:created", (it) => it.chatroom.chatroom_id === chatroom.chatroom_id);
  const leave = () => [ann.socket, bob.socket].forEach((it) => it.close());
  return { ann, bob, room: chatroom.chatroom_id, leave };
}

let people = 0;

export function unique(name) {
  people += 1;
  return `${name}${process.pid}x${people}`;
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
