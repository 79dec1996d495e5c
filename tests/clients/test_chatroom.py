"""python-socketio as the Vue client of the chatroom surface: no token, each text sent twice."""

import asyncio
from datetime import datetime, timezone

from conftest import Person, Socket, unique


async def test_a_text_that_is_both_emitted_and_posted_is_heard_exactly_once(server):
    ann, bob = await person(server, "ann"), await person(server, "bob")
    status, room = await ann.call("POST", "/chatrooms/", json={"members_id": [bob.id]})
    assert status == 200
    room = room["chatroom_id"]
    desk, phone = await page(ann, room), await page(bob, room)

    await say(ann, desk, room, "hello 👋")
    await say(ann, desk, room, "the end")
    message = await phone.hears("receive_message")
    await phone.hears("receive_message", lambda it: it["content"] == "the end")
    # A second copy of the last one would come late.
    await asyncio.sleep(0.3)
    assert [it["content"] for it in phone.all("receive_message")] == ["hello 👋", "the end"]

    assert message["chatroom_id"] == room
    assert message["message_type"] == "text"
    assert message["img"] == ""
    assert message["user"]["id"] == ann.id
    assert message["user"]["userName"] == message["user"]["username"] == ann.username
    status, history = await bob.call("GET", f"/chatrooms/{room}/messages", params={"limit": 50})
    assert status == 200
    assert [it["content"] for it in history] == ["hello 👋", "the end"]
    for client in (desk, phone):
        await client.disconnect()


async def person(server, name) -> Person:
    username = unique(name)
    account = {"username": username, "password": "password", "email": f"{username}@example.com"}
    status, user = await server.call("POST", "/auth/register", json=account)
    assert status == 201, user
    login = {"username": username, "password": "password"}
    status, token = await server.call("POST", "/auth/token", data=login)
    assert status == 200, token
    return Person(server, user["user_id"], username, token["access_token"])


async def page(someone: Person, room: str) -> Socket:
    """An open page. What it asks for says whose its socket is, which does not."""
    client = Socket()
    await client.connect(
        someone.server.url, socketio_path="/ws/socket.io/", transports=["websocket"]
    )
    await client.emit("set_user_id", someone.id)
    await client.emit("join_room", room)
    history = f"/chatrooms/{room}/messages"
    status, _ = await someone.call("GET", history, params={"limit": 50})
    assert status == 200
    # Events of one socket are worked off in order: when this is answered, the join is done.
    await client.call("set_user_id", someone.id, timeout=5)
    return client


async def say(someone: Person, client: Socket, room: str, content: str):
    timestamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    common = {
        "chatroom_id": room,
        "content": content,
        "message_type": "text",
        "timestamp": timestamp,
    }
    user = {"id": someone.id, "userName": someone.username, "profilePictureUrl": None}
    await client.emit("send_message", {**common, "user": user, "isSentByViewer": True})
    posted = {**common, "sender_id": someone.id, "read_status": "unread"}
    answer = await someone.call("POST", f"/chatrooms/{room}/message", json=posted)
    assert answer == (200, None)
