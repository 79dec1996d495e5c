"""The document is what the server does: schemathesis asks for everything in it, and more."""

import subprocess
import sys
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

TOOL = Path(sys.executable).with_name("schemathesis")
# What would end the asker's own session or account is left alone.
SUICIDE = r"logout|^/v1/me$|^/v1/sessions$|^/v1/auth/password$|^/user/\{user_id\}$|refresh"


CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def test_the_document_is_valid(server):
    status, document = await server.call("GET", "/openapi.json")
    assert status == 200
    flaws = OpenAPIV31SpecValidator(document).iter_errors()
    assert [f"{'/'.join(map(str, it.absolute_path))}: {it.message[:200]}" for it in flaws] == []


async def test_whoever_watches_the_server_needs_no_token(server):
    _, document = await server.call("GET", "/openapi.json")
    watched = [path for path in document["paths"] if path.startswith("/health")]
    assert len(watched) == 5
    for path in watched:
        assert document["paths"][path]["get"]["security"] == [{}], path
        status, _ = await server.call("GET", path)
        assert status == 200, path


async def test_every_route_keeps_to_the_document(server, tmp_path):
    ann = await server.person("ann")
    keeps(server, tmp_path, "--header", f"Authorization: Bearer {ann.token}", "--exclude-path-regex", SUICIDE)


async def test_every_route_keeps_to_the_document_without_a_token(server, tmp_path):
    keeps(server, tmp_path)


def keeps(server, folder: Path, *more: str):
    done = subprocess.run(
        [
            TOOL, "run", f"{server.url}/openapi.json", *more,
            "--checks", CHECKS,
            "--phases", "examples,coverage,fuzzing",
            "--max-examples", "15",
            "--seed", "7",
            "--no-color",
        ],
        cwd=folder, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
