"""A tablet in Python: it keeps logs, sends them sealed over HTTP, believes what it is told, and never gives up."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any

from enrolling import Enrolled
from flask import Flask
from sealing import LogKey, sealed
from sqlalchemy import select
from tablet import TabletLog, batch

from recorder.db import db
from recorder.ingest.segments import strings
from recorder.records.observations import Log

EVENTS = "/api/v1/sync/events"


class Refused(Exception):
    """The server did not take it."""


@dataclass
class Simulated:
    """A tablet at an address; `acknowledged` is what it believes of each log (seq and head)."""

    address: str
    enrolled: Enrolled
    logs: list[TabletLog] = field(default_factory=list)
    keys: dict[uuid.UUID, LogKey] = field(default_factory=dict)
    acknowledged: dict[uuid.UUID, tuple[int, str]] = field(default_factory=dict)
    epoch: int | None = None
    timeout_s: float = 20.0

    def keep(self, log: TabletLog) -> TabletLog:
        """Keep a log on this tablet."""
        self.logs.append(log)
        self.keys[log.id] = LogKey()
        self.forget(log)
        return log

    def forget(self, log: TabletLog) -> None:
        """Believe nothing of a log."""
        self.acknowledged[log.id] = (0, "0" * 64)

    def post(self, path: str, body: bytes) -> dict[str, Any]:
        """One call. Raises `OSError` or `http.client.HTTPException` when nothing came back, `Refused` on a status and
        when the server was restored: then nothing is believed any more."""
        status, reply = self.call(path, body)
        if status != 200:
            raise Refused(f"{status}: {reply}")
        before, self.epoch = self.epoch, reply["epoch"]
        if before not in {None, self.epoch}:
            for log in self.logs:
                self.forget(log)
            raise Refused("the server was restored")
        return reply

    def call(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """The status and the answer to what is posted."""
        headers = self.enrolled.headers | {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"{}")

    def send(self, log: TabletLog, from_seq: int = 1, upto_seq: int | None = None) -> dict[str, Any]:
        """Send a stretch of a log, whatever was acknowledged; returns the log's reply."""
        part = sealed(log, self.enrolled.server_key, from_seq, upto_seq, key=self.keys[log.id])
        return self.post(EVENTS, batch(part))["logs"][0]

    def send_next(self, log: TabletLog, most: int = 200) -> None:
        """Send what follows the acknowledged part of a log, and believe the answer."""
        upto, _ = self.acknowledged[log.id]
        if upto >= len(log.strings):
            return
        reply = self.send(log, upto + 1, min(upto + most, len(log.strings)))
        self.acknowledged[log.id] = reply["stored_upto"], reply["head"]

    def is_sent(self, log: TabletLog) -> bool:
        """Whether this tablet would say "All sent" of a log."""
        count = len(log.strings)
        return self.acknowledged[log.id] == (count, log.head(count))

    def deliver(self, most: int = 200, seconds: float = 60.0) -> None:
        """Send until everything is acknowledged; AssertionError when that takes too long."""
        until = time.monotonic() + seconds
        while waiting := [log for log in self.logs if not self.is_sent(log)]:
            assert time.monotonic() < until, "not everything was taken"
            try:
                if self.acknowledged[waiting[0].id][0] >= len(waiting[0].strings):
                    self.forget(waiting[0])  # the final head is another one: from the beginning
                self.send_next(waiting[0], most)
            except (OSError, http.client.HTTPException, Refused):
                time.sleep(0.02)


def assert_held(app: Flask, *logs: TabletLog) -> None:
    """The server has these logs to their last event, byte for byte, and no others."""
    with app.app_context():
        held = {log.id: strings(log) for log in db.session.scalars(select(Log).where(Log.owner == "device"))}
    assert held == {log.id: log.strings for log in logs}
