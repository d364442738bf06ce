# Everything that is done with this project, as commands. `make` prints the table.
# Needs make and Python 3.11 or newer; the rest is installed into .venv, nothing outside it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Compiled modules are kept, because without them every start takes five times as long.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
TIXMO := $(PY) -m entrypoints.cli.main
PATHS := domain application adapters entrypoints seeding tests

# PORT=8001 make demo; TIXMO_HOME=/somewhere make demo
ifdef PORT
export TIXMO_PORT := $(PORT)
endif

# The stamp of an installation is named after its lock, so a changed lock installs anew and an
# unchanged one costs nothing.
digest = $(firstword $(shell cksum < $(1) 2>/dev/null))
RUNTIME := $(VENV)/.runtime-$(call digest,requirements.lock)
# One more than there are cores: tests wait for their servers, too.
WORKERS ?= $(shell $(PY) -c 'import os; print((os.cpu_count() or 1) + 1)')

DEV := $(VENV)/.dev-$(call digest,requirements-dev.lock)

PIP := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps
# This tree itself, for the command `tixmo`; nothing is fetched for it.
SELF := $(PY) -m pip --disable-pip-version-check install --quiet --no-index --no-deps --no-build-isolation --editable .

.PHONY: help
help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(DEV) ## virtual environment and all dependencies; the other commands call what they need

$(VENV)/bin/python:
	@for python in "$(PYTHON)" python3.11 python3.12 python3.13 python3.14 python3 python; do \
		[ -n "$$python" ] && "$$python" -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { without_venv="$$python"; continue; }; \
		echo "Making $(VENV) with $$python ..."; \
		exec "$$python" -m venv $(VENV); \
	done; \
	if [ -n "$$without_venv" ]; then \
		echo "$$without_venv has no venv module: install it (on Debian: apt install python3-venv)." >&2; \
	else \
		echo "Python 3.11 or newer was not found: install it, or say PYTHON=/path/to/python make." >&2; \
	fi; exit 1

$(RUNTIME): | $(VENV)/bin/python
	@echo "Installing the dependencies ..."
	@$(PIP) -r requirements.lock
	@$(SELF)
	@rm -f $(VENV)/.runtime-* && touch $@

$(DEV): | $(VENV)/bin/python
	@echo "Installing the dependencies, and those of development ..."
	@$(PIP) -r requirements-dev.lock
	@$(SELF)
	@rm -f $(VENV)/.dev-* && touch $@

.PHONY: demo run worker migrate seed doctor
demo: $(RUNTIME) ## the whole product on its own PostgreSQL and Valkey, seeded (PORT=, TIXMO_HOME=)
	@$(TIXMO) demo

run: $(RUNTIME) ## the API, on the servers that TIXMO_DATABASE_URL and TIXMO_REDIS_URL name
	@$(TIXMO) serve

worker: $(RUNTIME) ## the jobs: deliveries, expiry, reconciliation
	@$(TIXMO) worker

migrate: $(RUNTIME) ## bring the database to the newest schema
	@$(TIXMO) migrate

seed: $(RUNTIME) ## believable data through the use cases; safe to repeat
	@$(TIXMO) seed

doctor: $(RUNTIME) ## check settings, database, cache, queue and mail
	@$(TIXMO) doctor

.PHONY: up down
up: ## the same in containers: postgres, redis, mailpit, api, worker
	docker compose up --build --detach

down: ## stop the containers; the data stays
	docker compose down

.PHONY: test test-fast fmt lint written check openapi where fuzz bench chaos clean
test: written ## everything: `check`, and all suites on real PostgreSQL and Valkey, which it starts
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal

test-fast: $(DEV) ## domain, application and architecture: for every save
	@$(PY) -m pytest -q -m "not slow and not e2e and not load" tests/domain tests/application tests/architecture

fmt: $(DEV) ## format the code
	@$(PY) -m ruff format $(PATHS)
	@$(PY) -m ruff check --fix $(PATHS)

lint: $(DEV) ## ruff, mypy --strict, the dependency rule
	@$(PY) -m ruff check $(PATHS)
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports --no-logo

written: lint
	@$(PY) -m ruff format --check $(PATHS)
	@$(TIXMO) openapi --check
	@$(TIXMO) permissions --check

check: written ## what must be green at every commit: lint, format, architecture, openapi.json
	@$(PY) -m pytest -q tests/architecture

openapi: $(RUNTIME) ## write openapi.json and docs/permissions.md from the routes
	@$(TIXMO) openapi
	@$(TIXMO) permissions

where: $(RUNTIME) ## every file that speaks of a verb: make where q=cancel_order
	@$(TIXMO) where "$(q)"

fuzz: $(DEV) ## schemathesis for minutes instead of seconds
	@TIXMO_TEST_FUZZ_EXAMPLES=200 TIXMO_TEST_FUZZ_SECONDS=1800 $(PY) -m pytest -q -s tests/fuzz

bench: $(DEV) ## the on-sale minute, measured against the yardstick on this machine
	@$(PY) -m tests.bench

chaos: $(DEV) ## ten minutes of kill -9 while people buy, ten of new seeds, long fault tests (SECONDS=)
	@$(PY) -m tests.chaos --seconds $(or $(SECONDS),600)
	@$(PY) -m tests.simulation --seconds $(or $(SECONDS),600)
	@TIXMO_TEST_LONG=10 $(PY) -m pytest -q -n auto tests/faults tests/simulation tests/adapters/postgres/test_tenant_pool.py

clean: ## remove what was built here; neither the data nor the virtual environment
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find $(PATHS) -name __pycache__ -type d -prune -exec rm -rf {} +
