"""A real server in a folder of its own, people on it, and sockets that remember what they heard."""

import asyncio
import inspect
import itertools
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import aiohttp
import pytest
import socketio

ROOT = Path(__file__).parents[2]
BINARY = Path(os.environ.get("PARLOR_BIN", ROOT / "target/debug/parlor")).absolute()
PATIENCE = 10


def pytest_pyfunc_call(pyfuncitem):
    """Lets tests be coroutines."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**arguments), timeout=60))
    return True


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path):
    """One that a test may stop and start."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


class Server:
    """The server as a process. It can be started again on the same data and port."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        env = {
            "PATH": os.environ["PATH"],
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(self.folder / "data"),
            "STATIC_DIR": str(self.folder / "static"),
            "RATE_LIMITS": "off",
            "LOG": "warn",
        }
        log = self.folder / "log"
        with log.open("ab") as output:
            # The folder holds no .env or parlor.toml, so that none of the reader's has a say.
            self.process = subprocess.Popen(
                [BINARY], cwd=self.folder, env=env, stdout=output, stderr=output
            )
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"the server does not start:\n{log.read_text()}")
            time.sleep(0.02)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=1) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    async def call(self, method: str, path: str, token: str | None = None, **body):
        """One request, its answer's status and JSON."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with (
            aiohttp.ClientSession(self.url, headers=headers) as session,
            session.request(method, path, **body) as answer,
        ):
            return answer.status, await answer.json(content_type=None)

    async def person(self, name: str) -> "Person":
        """Somebody new, registered on the native surface."""
        username = unique(name)
        account = {"username": username, "email": f"{username}@example.com", "password": "a password"}
        status, body = await self.call("POST", "/v1/auth/register", json=account)
        assert status == 201, body
        return Person(self, body["user"]["user_id"], username, body["access_token"])


class Person:
    def __init__(self, server: Server, id: int, username: str, token: str):
        self.server, self.id, self.username, self.token = server, id, username, token

    async def call(self, method: str, path: str, **body):
        return await self.server.call(method, path, self.token, **body)

    async def connect(self, transports=("websocket",), **options) -> "Socket":
        socket = Socket(**options)
        auth = {"token": self.token}
        await socket.connect(self.server.url, auth=auth, transports=list(transports))
        return socket


class Socket(socketio.AsyncClient):
    """A client that remembers what it heard, so that nothing which came early is lost."""

    def __init__(self, reconnection=False, **options):
        super().__init__(reconnection=reconnection, **options)
        self.heard = []
        self.on("*", lambda event, *data: self.heard.append((event, *data)))

    def all(self, event: str) -> list:
        """What came so far under this name."""
        return [it[1] for it in self.heard if it[0] == event]

    async def hears(self, event: str, passes=lambda data: True):
        """What came, or is still to come; with a test, the first that passes it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for data in filter(passes, self.all(event)):
                return data
            await asyncio.sleep(0.005)
        raise AssertionError(f"{event} did not come; heard were: {[it[0] for it in self.heard]}")

    async def ask(self, event: str, payload) -> dict:
        return await self.call(event, payload, timeout=PATIENCE)

    async def must(self, event: str, payload) -> dict:
        """The data of an answer that must not be a failure."""
        answer = await self.ask(event, payload)
        assert answer["ok"], answer
        return answer["data"]


def unique(name: str, people=itertools.count()) -> str:
    return f"{name}{os.getpid()}y{next(people)}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
