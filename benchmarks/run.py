"""Time what the product promises against something comparable, both in one run, and print the ratios.

Run as `make bench`. Nothing here fails: machines differ, and only ratios travel. Each benchmark is a module with a
`run()` that prints its own lines.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ASIDE = {"run", "served"}
"""What is no benchmark here."""
LONG = {"nation"}
"""What runs only where it is named: it makes some gigabytes first."""


def main() -> None:
    """Run every benchmark in this folder, or the ones that are named."""
    folder = Path(__file__).parent
    sys.path.insert(0, str(folder))
    chosen = sys.argv[1:] or sorted(path.stem for path in folder.glob("*.py") if path.stem not in ASIDE | LONG)
    for name in chosen:
        print(f"\n== {name}", flush=True)
        importlib.import_module(name).run()


if __name__ == "__main__":
    main()
