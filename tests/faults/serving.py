"""A server process for the faults: `serving.py PORT [DEFENCE]`, with one defence switched off if it is named.

The database and the secrets come from the environment. `ack_after_commit` switched off answers first and stores a
moment later, as a server would that trusts its memory.
"""

from __future__ import annotations

import sys
import threading
import time

import waitress

from recorder import create_app, ingest
from recorder.db import db
from recorder.ingest.segments import extend
from recorder.records.people import Account


def answer_first(app) -> None:
    """Make `take` answer at once and store 150 ms later."""
    store = ingest.take

    def later(account_id, delivery) -> None:
        time.sleep(0.15)
        with app.app_context():
            store(db.session.get_one(Account, account_id), delivery)

    def take(account, delivery, device=None):
        assert device is None, "whoever sends here is signed in"
        threading.Thread(target=later, args=(account.id, delivery)).start()
        return [
            {"id": str(part.log), "stored_upto": part.upto_seq, "head": extend(part.head, part.events),
             "duplicates": 0, "quarantined": []}
            for part in delivery.parts
        ]  # fmt: skip

    ingest.take = take


def main() -> None:
    """Serve until killed."""
    app = create_app()
    if "ack_after_commit" in sys.argv[2:]:
        answer_first(app)
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident=None)


if __name__ == "__main__":
    main()
