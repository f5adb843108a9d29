"""Imports point one way: along the corridor, never back (README, "The house")."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "recorder"

# What each room may import besides itself; arrows are transitive, so a room lists its direct neighbours only.
MAY = {
    "commands": {"pages", "demo", "settings", "operations", "recorder"},
    "demo": {"pages", "settings", "recorder"},
    "recorder": {"pages", "protection", "languages", "settings"},
    "pages": {
        "access",
        "sessions",
        "devices",
        "invitations",
        "handing_over",
        "page_look",
        "second_factor",
        "ingest",
        "feedback",
        "programme",
        "exchange",
        "bringing",
        "charts",
        "protection",
        "languages",
        "logs",
        "schema",
        "wall",
        "operations",
    },
    "bringing": {"ingest", "exchange"},
    "access": {"records", "sessions", "devices", "second_factor", "wall"},
    "devices": {"records", "sessions", "keys"},
    "sessions": {"records"},
    "second_factor": {"sessions"},
    "invitations": {"sessions"},
    "handing_over": {"records", "page_look"},
    "page_look": {"records", "feedback"},
    "ingest": {"records", "measures", "instruments", "keys"},
    "keys": {"records"},
    "operations": {"records", "ingest"},
    "feedback": {"measures", "instruments", "charts"},
    "programme": {"records", "measures", "instruments", "charts", "ingest"},
    "exchange": {"measures", "instruments"},
    "charts": {"measures"},
    "records": {"db", "measures", "instruments"},
    "measures": {"instruments"},
    "instruments": set(),
    "db": {"turns", "key_chain"},
    "key_chain": set(),
    "turns": set(),
    "settings": set(),
    "languages": set(),
    "protection": set(),
    "logs": set(),
    "schema": {"db"},
    "wall": {"records"},
    "migrations": {"db"},
}


def room(path: Path) -> str:
    """The room that a file stands in: its folder or, at the top, its own name."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else "recorder" if parts[0] == "__init__.py" else path.stem


def imported(source: str) -> set[str]:
    """The modules that a source imports, those inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def reachable(start: str) -> set[str]:
    """Every room that may be imported from a room."""
    seen, waiting = {start}, [start]
    while waiting:
        for neighbour in MAY[waiting.pop()] - seen:
            seen.add(neighbour)
            waiting.append(neighbour)
    return seen


def wrong_arrows(here: str, source: str) -> set[str]:
    """The rooms that a source in room `here` imports and may not."""
    found = set()
    for name in imported(source):
        if name == "recorder" or name.startswith("recorder."):
            parts = name.split(".")
            target = parts[1] if len(parts) > 1 and parts[1] in MAY else "recorder"
            if target not in reachable(here):
                found.add(target)
    return found


FILES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_lies_ahead(path: Path) -> None:
    assert room(path) in MAY, f"{room(path)} is a new room: say here what it may import"
    assert wrong_arrows(room(path), path.read_text(encoding="utf-8")) == set()


def test_a_wrong_arrow_is_found() -> None:
    assert wrong_arrows("measures", "def f():\n    from recorder.records import visits") == {"records"}
    assert wrong_arrows("records", "import recorder.pages.sync") == {"pages"}


def test_no_page_imports_a_page() -> None:
    frame = {"__init__", "errors", "fields", "layout", "printed", "reply", "seen", "wording"}
    stems = {path.stem for path in (PACKAGE / "pages").glob("*.py")} - frame
    places = {stem for stem in stems if not stem.endswith("_forms")}
    for path in (PACKAGE / "pages").glob("*.py"):
        if path.stem in stems:
            names = {name.split(".")[2] for name in imported(path.read_text()) if name.startswith("recorder.pages.")}
            assert not {name for name in names if name in places and not name.startswith(path.stem)}, path.name


@pytest.mark.parametrize("name", ["measures", "instruments"])
def test_the_pure_rooms_need_the_standard_library_only(name: str) -> None:
    for path in (PACKAGE / name).rglob("*.py"):
        for module in imported(path.read_text()):
            assert module.split(".")[0] in sys.stdlib_module_names | {"recorder"}, f"{path.name} imports {module}"


BROWSER = ROOT / "static" / "js"
BROWSER_PURE = {"tape", "chain", "uuid7", "pin", "questions", "vault", "timings"}
"""Modules without a screen, a clock or storage: they import nothing."""


def browser_imports(path: Path) -> set[str]:
    """The modules that a browser module imports, by name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        line.split('"./')[1].split(".js")[0]
        for line in lines
        if line.startswith(("import", "} from")) and '"./' in line
    }


def test_in_the_browser_the_tape_imports_nothing_and_only_the_device_touches_storage() -> None:
    for path in BROWSER.glob("*.js"):
        if path.stem in BROWSER_PURE:
            assert browser_imports(path) == set()
        if path.stem != "device":
            text = path.read_text(encoding="utf-8")
            assert "indexedDB" not in text and "localStorage" not in text, path.name
    assert browser_imports(BROWSER / "server.js") <= BROWSER_PURE, (
        "what calls the server knows no storage and no screen"
    )
    assert browser_imports(BROWSER / "outbox.js") <= {"device", "server"} | BROWSER_PURE


def test_what_proposes_a_page_knows_its_inputs_only() -> None:
    modules = [BROWSER / "propose.js", *sorted((BROWSER / "propose").glob("*.js"))]
    assert len(modules) > 10
    for path in modules:
        text = path.read_text(encoding="utf-8")
        for word in ("indexedDB", "document.", "window.", "fetch(", "Date.now", "new Date", "Math.random", "navigator"):
            assert word not in text, f"{path.name}: {word}"
        outside = {line.split('"../')[1] for line in text.splitlines() if 'from "../' in line}
        assert outside <= {'tape.js";', 'words.js";'}, path.name
