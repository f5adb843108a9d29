"""A network that misbehaves: it stands between a tablet and the server, one request a connection.

For each request a `plan` says what becomes of it: nothing (it passes), or a `Fault`. Bytes are counted from the first
byte of the request or of the reply. "Reset" means RST, as when somebody pulls the plug.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

PORTAL = b"<!doctype html><title>Cafe</title><form action=/accept><button>Accept and go online</button></form>"


@dataclass(frozen=True)
class Request:
    """What a plan judges: the method, the path, and which request it is, counted from 1 over all paths."""

    method: str
    path: str
    number: int


@dataclass(frozen=True)
class Fault:
    """What becomes of a request: `answer` is sent in place of the server's; `request_bytes`, `reply_bytes` pass, then
    the connection is reset; `delay_s` before anything; `bytes_per_second` both ways; `hold` never answers."""

    answer: bytes | None = None
    request_bytes: int | None = None
    reply_bytes: int | None = None
    delay_s: float = 0.0
    bytes_per_second: float | None = None
    hold: bool = False


def answering(status: int, body: bytes, kind: str = "text/html") -> Fault:
    """Somebody else's answer."""
    lines = [
        f"HTTP/1.1 {status} Whatever",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return Fault(answer="\r\n".join([*lines, "", ""]).encode() + body)


class Proxy:
    """The network before a server's port; `address` is where tablets find it, `seen` every request that came."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.plan: Callable[[Request], Fault | None] = lambda request: None
        self.seen: list[Request] = []
        self.closed = threading.Event()
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                try:
                    proxy._serve(self.request)
                except OSError:
                    _reset(self.request)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            allow_reuse_address = True
            request_queue_size = 64

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.listener.server_address[1]}"
        self.thread = threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        """Stop listening; what is held is let go."""
        self.closed.set()
        self.listener.shutdown()
        self.listener.server_close()

    def count(self, path: str) -> int:
        """How many requests came for a path."""
        return sum(request.path == path for request in self.seen)

    def _serve(self, client: socket.socket) -> None:
        raw = _read_request(client)
        if not raw:
            return
        method, path = raw.split(b" ", 2)[:2]
        request = Request(method.decode(), path.decode().partition("?")[0], len(self.seen) + 1)
        self.seen.append(request)
        fault = self.plan(request) or Fault()
        time.sleep(fault.delay_s)
        if fault.hold:
            self.closed.wait(120)
            return _reset(client)
        if fault.answer is not None:
            client.sendall(fault.answer)
            return None
        with socket.create_connection(("127.0.0.1", self.upstream), timeout=60) as server:
            if fault.request_bytes is not None and fault.request_bytes < len(raw):
                server.sendall(raw[: fault.request_bytes])
                _reset(server)
                return _reset(client)
            _pass(raw, server, fault.bytes_per_second)
            self._relay(server, client, fault)
        return None

    def _relay(self, server: socket.socket, client: socket.socket, fault: Fault) -> None:
        left = fault.reply_bytes
        while data := server.recv(65536):
            _pass(data if left is None else data[:left], client, fault.bytes_per_second)
            if left is not None:
                left -= len(data)
                if left <= 0:
                    while server.recv(65536):  # the server has done its work: only the tablet does not hear of it
                        pass
                    return _reset(client)
        return None


def _read_request(client: socket.socket) -> bytes:
    """One request, whole, that asks for its connection to be closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        more = client.recv(65536)
        if not more:
            return b""
        body += more
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body


def _pass(data: bytes, to: socket.socket, bytes_per_second: float | None) -> None:
    if bytes_per_second is None:
        return to.sendall(data)
    step = max(256, int(bytes_per_second / 20))
    for start in range(0, len(data), step):
        to.sendall(data[start : start + step])
        time.sleep(min(step, len(data) - start) / bytes_per_second)
    return None


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
