"""The document is what the server does: schemathesis asks for everything in it, and more."""

import subprocess
import sys
from pathlib import Path

TOOL = Path(sys.executable).with_name("schemathesis")
# What would end the asker's own session or account is left alone.
SUICIDE = r"logout|^/v1/me$|^/v1/sessions$|^/v1/auth/password$|^/user/\{user_id\}$|refresh"


async def test_every_route_keeps_to_the_document(server, tmp_path):
    ann = await server.person("ann")
    done = subprocess.run(
        [
            TOOL, "run", f"{server.url}/openapi.json",
            "--header", f"Authorization: Bearer {ann.token}",
            "--exclude-path-regex", SUICIDE,
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
            "--phases", "examples,coverage,fuzzing",
            "--max-examples", "15",
            "--seed", "7",
            "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
