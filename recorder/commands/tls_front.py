"""How does a server without TLS answer over HTTPS? A front that takes TLS off and passes the bytes on, both ways.

It runs in a thread of its own and reads nothing of what it passes. When the server behind it closes a connection, the
rest is sent before that connection closes here.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from pathlib import Path

CHUNK = 65_536
DRAIN_SECONDS = 5
HANDSHAKE_SECONDS = 20


class TlsFront:
    """A front on a socket that listens already, passing to a port of this machine.

    Parameters: `listening`, the socket; `certificate`, a PEM file with key and certificate; `port`, of the server
    behind. It takes connections from `start` to `stop`.
    """

    def __init__(self, listening: socket.socket, certificate: Path, port: int) -> None:
        self.listening = listening
        self.port = port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.load_cert_chain(certificate)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="tls", daemon=True)
        self.ready = threading.Event()
        self.ended = asyncio.Event()
        self.open: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Take connections from now on."""
        self.thread.start()
        self.ready.wait()

    def stop(self) -> None:
        """Take no further connection, let those that are open send what they have, and end."""
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join()

    def _run(self) -> None:
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            self.loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(
            self._take,
            sock=self.listening,
            ssl=self.context,
            ssl_handshake_timeout=HANDSHAKE_SECONDS,
            ssl_shutdown_timeout=DRAIN_SECONDS,
        )
        self.ready.set()
        await self.ended.wait()
        server.close()
        if self.open:
            _, late = await asyncio.wait(self.open, timeout=DRAIN_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.open.add(task)
        try:
            await self._pass(reader, writer)
            writer.close()
            await writer.wait_closed()  # what is still in its buffer goes first
        except (OSError, asyncio.CancelledError):
            writer.close()  # one side is gone: that is how connections end
        finally:
            self.open.discard(task)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self.port)
        asking = asyncio.create_task(_pump(reader, behind_writer))
        answering = asyncio.create_task(_pump(behind_reader, writer))
        try:
            # the browser leaving ends both; the server leaving too, once its last byte is through
            await asyncio.wait({asking, answering}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (asking, answering):
                task.cancel()
            await asyncio.gather(asking, answering, return_exceptions=True)
            behind_writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(CHUNK):
        sink.write(chunk)
        await sink.drain()
