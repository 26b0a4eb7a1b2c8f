# Two commands do all the set-up on a fresh machine with Python 3.11 or newer: make run, make test.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
BEGAN := $(shell date +%s)

# Where it is set each of the many processes would compile every module anew: 5 s instead of 2 to start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test slow slow-together slow-alone soak shuffle lint check fix bench pictures release examples lock clean anew

help: ## what can be done here
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 14
	@echo 'More for pytest or the bench: make test ARGS="-k handover"'

run: setup ## a rehearsal centre with sample data, moving before your eyes
	$(BIN)/postal-tracker demo $(ARGS)

setup: .venv/ready ## .venv with what the service needs

setup-dev: .venv/ready-dev

# The tests' databases stand in memory where there is room: a quarter to a half less waiting. What a
# kill leaves is the same there; what a power cut leaves no test could tell.
ifndef TMPDIR
  ROOM := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 2000000 {print "/dev/shm"}')
  IN_MEMORY := $(if $(ROOM),TMPDIR=$(ROOM))
endif

# Four at a time on two cores: tests wait for a third of their time, for processes and clocks.
test: setup-dev ## the suite, on SQLite and on a PostgreSQL that it starts itself
	@$(IN_MEMORY) $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS); code=$$?; \
	echo "make test took $$(( $$(date +%s) - $(BEGAN) )) s, set-up and all"; exit $$code

# What is drawn or shuffled follows from a seed that is printed; SEED=… does the same once more.
slow slow-together slow-alone soak: SEED ?= $(or $(shell git rev-parse --short HEAD 2>/dev/null),none)
shuffle: SEED := $(or $(SEED),$(strip $(shell od -An -N3 -tu4 /dev/urandom)))
EXAMPLES = --hypothesis-profile anew --hypothesis-seed=$(SEED)

slow: slow-together slow-alone ## of the long checks the part that the commit draws

SLOW = $(IN_MEMORY) $(BIN)/python -m pytest --timeout 1800 --sample=$(SEED) $(EXAMPLES)

slow-together: setup-dev
	@echo "SEED=$(SEED)"
	$(SLOW) -n 3 --dist loadfile --no-loadscope-reorder -m "slow and not alone" $(ARGS)

slow-alone: setup-dev
	@echo "SEED=$(SEED)"
	$(SLOW) -m "slow and alone" $(ARGS)

soak: setup-dev ## the long checks whole: 1,000 hostile worlds, 1,000 cuts of the power, every hard label (an hour)
	@echo "SEED=$(SEED)"
	$(IN_MEMORY) $(BIN)/python -m pytest -m slow --timeout 3600 $(EXAMPLES) $(ARGS)

shuffle: setup-dev ## the suite in another order, with other examples each time
	@echo "SEED=$(SEED)"
	$(IN_MEMORY) $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not slow" \
		-p randomly --randomly-seed=$(SEED) $(EXAMPLES) $(ARGS)

lint: setup-dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/lint-imports

check: lint test ## all of lint, then the tests

fix: setup-dev ## format, and mend what a tool can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev ## speed, as ratios to a peer or a ceiling in the same run
	$(BIN)/python -m tests.bench $(ARGS)

pictures: setup-dev ## take the README's pictures anew, from a rehearsal centre
	$(BIN)/python -m tests.pictures

release: setup ## what a release consists of, in dist/: the wheel, the locked requirements, an SBOM, units and the like
	rm -rf dist
	$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	cp -r requirements.txt docs/operating dist/
	$(BIN)/python .ci/sbom requirements.txt postal-tracker "$$($(BIN)/postal-tracker --version)" > dist/sbom.cdx.json

examples: setup-dev ## take the API document's examples anew
	$(BIN)/python -W ignore -m tests.web.examples

LOCK := $(BIN)/uv pip compile -q --universal --generate-hashes --no-annotate --no-header --no-emit-index-url
lock: setup-dev ## make the hash-locked requirements anew (they name no host)
	$(LOCK) --extra dev pyproject.toml -o requirements-dev.txt
	$(LOCK) -c requirements-dev.txt pyproject.toml -o requirements.txt
	$(LOCK) --group build -c requirements-dev.txt -o requirements-build.txt

clean: ## remove what can be made again; the data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The environment. Made anew if it was left half made, or was made elsewhere or by a Python that
# has gone: `whole` names its folder, `unfinished` stands while something is being installed.

WHOLE := $(shell { [ "$$(cat .venv/whole)" = "$(CURDIR)" ] && [ ! -e .venv/unfinished ] \
	&& $(BIN)/python -c ''; } 2>/dev/null || echo anew)

NO_VENV := Python cannot make a virtual environment here. Debian, Ubuntu: apt install python3-venv

.venv/whole: $(WHOLE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed; if it has another name: make PYTHON=python3.12" >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { \
		rm -rf .venv; \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; \
	} || { rm -rf .venv; echo "$(NO_VENV)" >&2; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > .venv/uv.txt
	@$(PIP) --require-hashes -r .venv/uv.txt || echo "uv is not to be had; pip will take its place"
	@echo "$(CURDIR)" > $@

# Whoever installs, each package is checked against the hashes of the lock. uv, itself out of the
# lock, needs a quarter of the time; where it does not get through, pip does the same.
define install
@touch .venv/unfinished
@{ [ -x $(BIN)/uv ] && $(BIN)/uv pip install -q --python $(BIN)/python $(1); } || $(PIP) $(1)
@rm .venv/unfinished
endef

.venv/ready: .venv/whole requirements.txt requirements-build.txt pyproject.toml
	$(call install,--require-hashes -r requirements.txt -r requirements-build.txt)
	$(call install,--no-deps --no-build-isolation -e .)
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	$(call install,--require-hashes -r requirements-dev.txt)
	@touch $@
