"""A Git repository, and a server that offers it by Git's smart HTTP protocol."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

AUTHOR = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")


class Repository:
    """A repository with the branch main, and where it is served."""

    def __init__(self, directory: Path, url: str = "") -> None:
        self.directory = directory
        self.url = url
        directory.mkdir(parents=True, exist_ok=True)
        self._git("init", "--quiet", "--initial-branch=main")

    def commit(self, files: Mapping[str, str]) -> str:
        """Commit these files in place of all others, and return the name of the revision."""
        for path in self.directory.iterdir():
            if path.is_file():
                path.unlink()
        for name, content in files.items():
            (self.directory / name).write_text(content)
        self._git("add", "--all")
        self._git(*AUTHOR, "commit", "--quiet", "--allow-empty", "--message=change")
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.directory), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def served(directory: Path) -> Iterator[Repository]:
    """Make a repository and serve it, for reading, on a port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        """The two requests of a fetch (gitprotocol-http)."""

        def do_GET(self) -> None:
            refs = self._upload_pack("--advertise-refs")
            self._answer("advertisement", b"001e# service=git-upload-pack\n0000" + refs)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self._answer("result", self._upload_pack(body=body))

        def _upload_pack(self, *flags: str, body: bytes = b"") -> bytes:
            environment = {**os.environ, "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}
            command = ["git", "upload-pack", "--stateless-rpc", *flags, str(directory)]
            return subprocess.run(command, check=True, input=body, capture_output=True, env=environment).stdout

        def _answer(self, what: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"application/x-git-upload-pack-{what}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Repository(directory, f"http://127.0.0.1:{server.server_address[1]}/apps.git")
        server.shutdown()
