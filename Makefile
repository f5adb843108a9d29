# The README's two commands are `make demo` and `make test`; the others serve developers.
PYTHON ?= python3
PIP = .venv/bin/python -m pip --disable-pip-version-check
NODE = $$(ls .venv/lib/python3*/site-packages/playwright/driver/node)
LOCK = uv pip compile -q --universal --python-version 3.11 --generate-hashes --fork-strategy fewest \
       --no-emit-index-url --no-emit-find-links --group build

.PHONY: demo test check faults bench pictures translations lock audit sbom clean

demo: .venv/.run
	.venv/bin/recorder demo

test: .venv/.dev
	.venv/bin/python tests/machine.py
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/bandit -q -r recorder -ll
	$(NODE) --test tests/js/
	.venv/bin/python -m pytest -q -n 2 --dist worksteal --ignore=tests/faults

# A tablet's thirty faults and the server's own, each also with its defence off: docs/faults.md.
faults: .venv/.dev
	.venv/bin/python -m pytest -q tests/faults

bench: .venv/.dev
	.venv/bin/python benchmarks/run.py

pictures: .venv/.dev
	.venv/bin/python tests/machine.py
	PYTHONPATH=tests .venv/bin/python docs/make_pictures.py

# Collect the English sentences again and show which ones still lack a translation.
translations: .venv/.dev
	.venv/bin/pybabel -q extract -F babel.cfg -k lazy_gettext -k _ -k _l -k t --no-location --sort-output \
	  --project=recorder --version=1 -o recorder/translations/messages.pot .
	.venv/bin/pybabel -q update -i recorder/translations/messages.pot -d recorder/translations --no-fuzzy-matching \
	  --ignore-pot-creation-date

# Known weaknesses of what is pinned; it asks an advisory service, and fails where a package could not be looked up.
audit: .venv/.run
	test -x .audit/bin/pip-audit || { .venv/bin/python -m venv .audit && .audit/bin/python -m pip install -q pip-audit; }
	for pins in run postgres; do \
	  .audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/$$pins.txt || exit 1; done

sbom: .venv/.dev
	.venv/bin/cyclonedx-py requirements requirements/run.txt -o sbom.json

lock:
	$(LOCK) -o requirements/run.txt pyproject.toml
	$(LOCK) --extra postgres -c requirements/run.txt -o requirements/postgres.txt pyproject.toml
	$(LOCK) --all-extras -c requirements/postgres.txt -o requirements/full.txt pyproject.toml
	$(LOCK) --group dev -c requirements/full.txt -o requirements/dev.txt pyproject.toml

# Debian's python3 lacks ensurepip without python3-venv, and a failed venv leaves a python behind: look first.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: install it, or say which one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is incomplete: on Debian and Ubuntu run 'apt-get install python3-venv'."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	$(PIP) install -q --require-hashes -r requirements/run.txt
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	$(PIP) install -q --require-hashes -r requirements/dev.txt
	@touch $@

clean:
	rm -rf .venv .audit sbom.json build .mypy_cache .ruff_cache
