"""python-socketio on the native path."""

import asyncio
import uuid

import pytest
import socketio
from conftest import Socket


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]])
async def test_a_client_connects_and_is_greeted(server, transports):
    ann = await server.person("ann")
    client = await ann.connect(transports)
    ready = await client.hears("session:ready")
    assert ready["user"]["user_id"] == ann.id
    assert client.transport() == transports[-1]
    await client.must("presence:set", {"state": "online"})
    await client.disconnect()


# Over polling this client waits for an answer that nobody owes it, so that takes ten seconds.
@pytest.mark.parametrize("auth", [None, {}, {"token": "junk"}, {"token": 7}])
async def test_a_client_without_a_good_token_is_refused(server, auth):
    client = Socket()
    reasons = []
    client.on("connect_error", reasons.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(server.url, auth=auth, transports=["websocket"])
    assert [it["message"] for it in reasons] == ["unauthorized"]


@pytest.mark.parametrize("transports", [["websocket"], ["polling"]])
async def test_a_message_is_acknowledged_and_both_hear_it(server, transports):
    ann, bob = await server.person("ann"), await server.person("bob")
    desk, phone = await ann.connect(transports), await bob.connect(transports)
    made = await desk.must("room:create", {"kind": "direct", "user_ids": [bob.id]})
    assert made["created"] is True
    room = made["chatroom"]["chatroom_id"]
    words = {"chatroom_id": room, "client_msg_id": str(uuid.uuid4()), "content": "hello 👋"}
    sent = await desk.must("message:send", words)
    assert sent["duplicate"] is False
    assert sent["message"]["client_msg_id"] == words["client_msg_id"]
    for client in (desk, phone):
        created = await client.hears("message:created")
        assert created == {"message": sent["message"], "rev": sent["message"]["rev"]}
    again = await desk.must("message:send", words)
    assert again["duplicate"] is True
    page = await phone.must("message:list", {"chatroom_id": room})
    assert [it["content"] for it in page["messages"]] == ["hello 👋"]
    for client in (desk, phone):
        await client.disconnect()


async def test_a_bad_payload_is_answered_and_the_socket_lives_on(server):
    ann = await server.person("ann")
    client = await ann.connect()
    for payload in ({}, "words", [1], None, {"chatroom_id": "x", "content": "y"}):
        answer = await client.ask("message:send", payload)
        assert answer["ok"] is False
        assert answer["error"]["code"] == "validation_failed", payload
    assert (await client.ask("message:shout", {}))["error"]["code"] == "bad_request"
    await client.emit("message:send", {})
    failure = await client.hears("error")
    assert failure["event"] == "message:send"
    assert failure["error"]["code"] == "validation_failed"
    await client.disconnect()


async def test_a_client_comes_back_by_itself_after_a_restart(own_server):
    ann, bob = await own_server.person("ann"), await own_server.person("bob")
    client = await ann.connect(reconnection=True, reconnection_delay=0.05, reconnection_delay_max=0.2)
    made = await client.must("room:create", {"kind": "direct", "user_ids": [bob.id]})
    room = made["chatroom"]["chatroom_id"]
    await client.must("message:send", {"chatroom_id": room, "content": "before"})

    back = asyncio.Event()
    client.on("connect", back.set)
    await asyncio.to_thread(own_server.stop)
    await asyncio.to_thread(own_server.start)
    await asyncio.wait_for(back.wait(), timeout=20)

    await client.must("message:send", {"chatroom_id": room, "content": "after"})
    page = await client.must("message:list", {"chatroom_id": room})
    assert [it["content"] for it in page["messages"]] == ["before", "after"]
    await client.disconnect()
