# The two commands of the README are `make run` and `make test`; both set up .venv first.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.PHONY: setup run test lint soak bench lock clean
.DELETE_ON_ERROR:

setup: .venv/.ready

run: setup
	@$(BIN)/fiftywire

test: .venv/.ready-dev lint
	@$(BIN)/python -m pytest

lint: .venv/.ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# The tests marked `soak` in their full sizes, which tests/world/sizes.py lists.
soak: .venv/.ready-dev
	@FIFTYWIRE_SOAK=1 $(BIN)/python -m pytest -n 0 --timeout 1800 -m soak

# Ratios against floors measured in the same run; FIFTYWIRE_BENCH_SIZE sets the larger catalogue.
bench: .venv/.ready
	@$(BIN)/python -m benchmarks

# Written anew by whoever changes a dependency; needs uv.
lock:
	uv pip compile pyproject.toml --group build --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --custom-compile-command "make lock" -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --custom-compile-command "make lock" -q -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv build *.egg-info

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Fiftywire needs Python 3.11 or newer; none was found. Install it, or name one: make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up .venv (once)…" >&2
	@$(PYTHON) -m venv .venv || { echo "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; rm -rf .venv; exit 1; }

# The lock says what is installed, to the byte; the project itself is then linked in without any download.
.venv/.ready: requirements.lock pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r requirements.lock >&2
	@$(PIP) install --no-deps --no-build-isolation -e . >&2
	@touch $@

.venv/.ready-dev: requirements-dev.lock .venv/.ready
	@$(PIP) install --require-hashes -r requirements-dev.lock >&2
	@touch $@
