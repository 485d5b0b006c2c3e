SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8321
WORKERS ?= 2
ROUNDS ?= 60
MODE ?= embedded
SECONDS ?= 600

.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## build the environment .venv (nothing else)

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## sample shop, sandbox Dotdigital, connector and console; prints an address and a login
	$(BIN)/dotbridge demo --port $(PORT)

up: setup ## the connector on this machine, with its own configuration
	$(BIN)/dotbridge up

# In the order of the folders: the long files come first, and the many short ones fill both workers to the end.
test: setup ## the whole test suite (installs the servers it needs where it may)
	./scripts/services
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: setup ## formatting, types, and the rules between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	DOTBRIDGE_DATA=$$(mktemp -d) $(BIN)/mypy

faults: setup ## ROUNDS seeded rounds of faults, MODE embedded or distributed; SEED=4711/3 repeats one
	./scripts/services
	PYTHONPATH=tests:. $(BIN)/python -m support.campaign --mode $(MODE) --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

schedulers: setup ## two schedulers and four workers for SECONDS: did each due job run once?
	./scripts/services
	PYTHONPATH=tests:. $(BIN)/python -m support.due_once --seconds $(SECONDS)

peak: setup ## ten times a merchant's orders for SECONDS, on an account with a flat limit
	PYTHONPATH=tests:. $(BIN)/python -m support.peak --seconds $(SECONDS)

bench: setup ## speed against the plain floor, turn about on this machine
	./scripts/services
	$(BIN)/python -m bench

docs: setup ## write the generated reference pages anew
	DOTBRIDGE_DATA=$$(mktemp -d) $(BIN)/python -m dotbridge.config.reference docs/reference
	$(BIN)/python tests/conformance/conformance_table.py

clean: ## remove the environment and what was built
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache

.PHONY: help setup demo up test lint faults schedulers peak bench docs clean
