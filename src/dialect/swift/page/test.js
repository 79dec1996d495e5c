// A small client of the room chat. Whatever people say is set as text, never as markup.
"use strict";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "😡"];
const at = (id) => document.getElementById(id);
const store = sessionStorage;

let me = "";
let room = null;
let socket = null;
let retry = 0;
const typists = new Map();

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

async function call(method, path, body, again = true) {
  const headers = {};
  const token = store.getItem("access");
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body && !(body instanceof FormData)) headers["Content-Type"] = "application/json";
  const sent = body instanceof FormData || !body ? body : JSON.stringify(body);
  const response = await fetch(path, { method, headers, body: sent });
  if (response.status === 401 && again && !path.startsWith("/api/auth/") && (await renew())) {
    return call(method, path, body, false);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const detail = answer.detail;
  const told = Array.isArray(detail)
    ? detail.map((it) => `${it.loc.at(-1)}: ${it.msg}`).join("; ")
    : detail;
  throw Object.assign(new Error(told || `The server answered ${response.status}.`), { status: response.status });
}

function keep(tokens) {
  store.setItem("access", tokens.access_token);
  store.setItem("refresh", tokens.refresh_token);
}

async function renew() {
  try {
    keep(await call("POST", "/api/auth/refresh", { refresh_token: store.getItem("refresh") || "" }, false));
    return true;
  } catch {
    return false;
  }
}

async function enter() {
  me = (await call("GET", "/api/auth/me")).username;
  at("door").hidden = true;
  at("house").hidden = false;
  await listRooms();
}

async function listRooms() {
  const rooms = await call("GET", "/api/rooms");
  const items = rooms.map((it) => {
    const last = it.last_message;
    const words = last ? `${last.sender}: ${last.message || last.message_type}` : "nothing said yet";
    const button = make("button", { type: "button", onclick: () => open(it) },
      make("span", { className: "name", textContent: it.name }),
      it.unread_count && it.id !== room?.id
        ? make("span", { className: "badge", textContent: it.unread_count > 99 ? "99+" : it.unread_count })
        : "",
      make("span", { className: "last quiet", textContent: words }));
    button.setAttribute("aria-current", it.id === room?.id);
    return make("li", {}, button);
  });
  at("rooms").replaceChildren(...items);
}

async function open(it) {
  leave();
  room = it;
  at("house").classList.add("inside");
  at("room-name").textContent = it.name;
  await fill(it);
  connect(it);
}

async function fill(it) {
  const history = await call("GET", `/api/messages/${it.id}`);
  if (room?.id !== it.id) return;
  at("messages").replaceChildren(...history.map(bubble));
  toEnd();
}

function leave() {
  room = null;
  clearTimeout(retry);
  socket?.close();
  socket = null;
  typists.clear();
  showTypists();
  at("messages").replaceChildren();
  ready(false);
  at("line").textContent = "";
}

function connect(it) {
  const base = location.origin.replace(/^http/, "ws");
  const token = encodeURIComponent(store.getItem("access"));
  const line = new WebSocket(`${base}/ws/chat/${it.id}?token=${token}`);
  socket = line;
  at("line").textContent = "connecting …";
  line.onmessage = (event) => { if (socket === line) hear(JSON.parse(event.data)); };
  line.onclose = async () => {
    if (socket !== line) return;
    ready(false);
    at("line").textContent = "disconnected, trying again …";
    retry = setTimeout(async () => {
      try {
        await fill(it);
        if (room?.id === it.id) connect(it);
      } catch (problem) {
        if (problem.status === 401 || problem.status === 403) signOut();
        else if (room?.id === it.id) line.onclose();
      }
    }, 2000);
  };
}

function hear(frame) {
  switch (frame.type) {
    case "connected":
      ready(true);
      at("line").textContent = "connected";
      listRooms().catch(() => {});
      break;
    case "message":
      at("messages").append(bubble(frame));
      toEnd();
      listRooms().catch(() => {});
      break;
    case "reaction_added":
    case "reaction_removed":
      react(frame);
      break;
    case "typing_start":
      typists.set(frame.sender, setTimeout(() => stopTyping(frame.sender), 7000));
      showTypists();
      break;
    case "typing_stop":
      stopTyping(frame.sender);
      break;
    case "user_joined":
      note(frame.message);
      break;
    case "error":
      note(frame.message, "fault");
      break;
  }
}

function bubble(message) {
  const time = new Date(message.timestamp.replace(/Z?$/, "Z"));
  const item = make("li", { className: message.sender === me ? "mine" : "" },
    make("div", { className: "who" },
      make("span", { textContent: message.sender }),
      make("time", { dateTime: time.toISOString(), textContent: time.toLocaleTimeString([], { timeStyle: "short" }) })),
    make("div", { className: "bubble" }, ...attached(message), message.message),
    make("div", { className: "under" }));
  item.dataset.id = message.message_id;
  under(item, message.reactions, message.user_reaction);
  return item;
}

function attached(message) {
  const src = message.file_url;
  if (!src) return [];
  // The page's policy lets nothing in from elsewhere; such a file is a link.
  const kind = src.startsWith("/") ? message.message_type : "document";
  if (kind.endsWith("image")) return [make("img", { src, alt: message.file_name || "picture", onload: toEnd })];
  if (kind.endsWith("audio")) return [make("audio", { src, controls: true })];
  if (kind.endsWith("video")) return [make("video", { src, controls: true })];
  return [make("a", { href: src, rel: "noopener noreferrer", target: "_blank", textContent: message.file_name || src }), message.message ? "\n" : ""];
}

function under(item, reactions, mine) {
  item.querySelector(".under").replaceChildren(...EMOJI.map((emoji) => {
    const known = reactions.find((it) => it.reaction_type === emoji);
    const count = known?.count ?? 0;
    const button = make("button", {
      type: "button",
      title: known?.users.join(", ") ?? "",
      textContent: count ? `${emoji} ${count}` : emoji,
      onclick: () => say({
        type: "reaction",
        message_id: Number(item.dataset.id),
        reaction_type: emoji,
        action: emoji === mine ? "remove" : "add",
      }),
    });
    button.dataset.count = count;
    button.setAttribute("aria-pressed", emoji === mine);
    return button;
  }));
}

function react(frame) {
  const item = at("messages").querySelector(`[data-id="${Number(frame.message_id)}"]`);
  const mine = frame.reaction_summary.find((it) => it.users.includes(me));
  if (item) under(item, frame.reaction_summary, mine?.reaction_type ?? null);
}

function note(text, kind = "") {
  at("messages").append(make("li", { className: `note ${kind}`, textContent: text }));
  toEnd();
}

function toEnd() {
  at("messages").scrollTop = at("messages").scrollHeight;
}

function stopTyping(name) {
  clearTimeout(typists.get(name));
  typists.delete(name);
  showTypists();
}

function showTypists() {
  const names = [...typists.keys()];
  const verb = names.length > 1 ? "are" : "is";
  at("typing").textContent = names.length ? `${names.join(", ")} ${verb} typing …` : "";
}

function say(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function ready(yes) {
  for (const field of at("say").querySelectorAll("input, button")) field.disabled = !yes;
  if (yes && matchMedia("(hover: hover)").matches) at("say").elements.content.focus();
}

function signOut() {
  leave();
  store.clear();
  me = "";
  at("rooms").replaceChildren();
  at("room-name").textContent = "No room yet";
  at("house").hidden = true;
  at("house").classList.remove("inside");
  at("door").hidden = false;
}

at("sign-in").onsubmit = async (event) => {
  event.preventDefault();
  const fields = event.target.elements;
  const body = { username: fields.username.value, password: fields.password.value };
  at("refusal").textContent = "";
  try {
    keep(await call("POST", `/api/auth/${event.submitter?.value ?? "login"}`, body));
    fields.password.value = "";
    await enter();
  } catch (problem) {
    at("refusal").textContent = problem.message;
  }
};

at("new-room").onsubmit = async (event) => {
  event.preventDefault();
  const name = event.target.elements.name;
  try {
    const made = await call("POST", "/api/rooms", { name: name.value });
    name.value = "";
    await open(made);
  } catch (problem) {
    name.setCustomValidity(problem.message);
    name.reportValidity();
    name.oninput = () => name.setCustomValidity("");
  }
};

let lastTyping = 0;
at("say").elements.content.oninput = (event) => {
  const now = Date.now();
  if (!event.target.value) say({ type: "typing_stop" });
  else if (now - lastTyping > 3000) say({ type: "typing_start" });
  else return;
  lastTyping = event.target.value ? now : 0;
};

at("say").onsubmit = (event) => {
  event.preventDefault();
  const content = event.target.elements.content;
  if (!content.value.trim()) return;
  say({ type: "message", content: content.value });
  content.value = "";
  lastTyping = 0;
};

at("file").onchange = async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  const form = new FormData();
  form.append("file", file);
  event.target.value = "";
  try {
    const stored = await call("POST", "/api/upload-file", form);
    say({ type: "message", content: "", file_url: stored.file_url, file_name: file.name, file_size: stored.file_size, mime_type: stored.mime_type });
  } catch (problem) {
    note(problem.message, "fault");
  }
};

at("back").onclick = () => {
  leave();
  at("house").classList.remove("inside");
  listRooms().catch(() => {});
};

at("sign-out").onclick = async () => {
  await call("POST", "/api/auth/logout").catch(() => {});
  signOut();
};

setInterval(() => { if (me && !document.hidden) listRooms().catch(() => {}); }, 5000);
if (store.getItem("access")) enter().catch(signOut);
