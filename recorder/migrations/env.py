"""How does a migration run? On the connection, and in the transaction, that `recorder.db` opened for it.

There is no alembic.ini: `recorder.db.upgrade` and `recorder.db.downgrade` say where everything is. What is sealed is
bytes to a migration: it can move them, never read them.
"""

from typing import Any, Literal

from alembic import context

from recorder.db import Base, Sealed, SealedBytes


def _render(kind: str, item: Any, _: object) -> str | Literal[False]:
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, Sealed | SealedBytes) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
