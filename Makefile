# Two commands do all the set-up on a fresh machine: make run, make test.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test slow check fix bench lock docker clean

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## a rehearsal centre with sample data, moving before your eyes
	$(BIN)/postal-tracker demo

setup: .venv/ready ## .venv with what the service needs

setup-dev: .venv/ready-dev

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PYTHON=python3.12 ...)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "The venv module is missing (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@touch $@

.venv/ready: .venv/python requirements.txt pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

test: setup-dev ## the whole suite, on SQLite and on a PostgreSQL that it starts itself
	$(BIN)/python -m pytest -m "not slow" $(ARGS)

slow: setup-dev ## the long ones too: 1,000 seeds, many kill -9 rounds
	$(BIN)/python -m pytest -m slow --timeout 1800 $(ARGS)

check: setup-dev ## format, lint, types, import contracts, then the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

fix: setup-dev ## format and mend what a tool can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev ## speed, as ratios to a peer or a ceiling in the same run
	$(BIN)/python -m tests.bench $(ARGS)

LOCK := $(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header --no-emit-index-url
lock: setup-dev ## make the hash-locked requirements anew (they name no host)
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove what can be made again; the data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
