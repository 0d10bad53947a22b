# Every target sets up what it needs by itself and says what it is doing. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo serve test soak check bench bench-law bench-delivery bench-million bench-kill bench-intake bench-pages install format messages migrate-check migration migration-initial docs lock screenshots tour clean

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
BIN := .venv/bin
RUN := $(BIN)/python -m
INSTALLED := .venv/.installed-$(shell cat requirements-dev.lock pyproject.toml | cksum | cut -d ' ' -f 1)
PIP := $(RUN) pip -qq --disable-pip-version-check --no-input install --no-warn-script-location
ARGS ?=

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile

demo: $(INSTALLED) ## Walk one breach from alert to proof, then stay up with the console (ARGS=--exit ends after the story)
	@$(BIN)/seventytwo demo $(ARGS)

serve: $(INSTALLED) ## Run the product on this machine, on the embedded database in var/
	@$(BIN)/seventytwo serve

test: $(INSTALLED) ## Everything a change must pass: style, types, layers, every test, on SQLite and PostgreSQL
	@$(RUN) tests.checks test

soak: $(INSTALLED) ## What takes longer: every test on the other database, kills, large runs (SOAK_BUDGET=seconds)
	@$(RUN) tests.checks soak

check: $(INSTALLED) ## Style, types and layers only (a minute)
	@$(RUN) tests.checks check

bench: $(INSTALLED) ## Measure on this machine; bench/README.md says what the numbers mean
	@$(RUN) tests.checks bench

bench-delivery: $(INSTALLED) ## Measure delivery beside its peers; QUICK=1 in under a minute; writes bench/out/delivery.json
	@$(RUN) bench.delivery

bench-million: $(INSTALLED) ## One release to a million people, from import to purge (a quarter of an hour); writes bench/out/million.json
	@$(RUN) bench.million --rows 1000000

bench-intake: $(INSTALLED) ## Measure durable intake beside its peers; QUICK=1 in under a minute; writes bench/out/intake.json
	@$(RUN) bench.intake

bench-pages: $(INSTALLED) ## Measure the pages of an incident beside an empty one; QUICK=1 in under a minute; writes bench/out/pages.json
	@$(RUN) bench.pages

bench-kill: $(INSTALLED) ## Kill our ledger and two other designs at random while they send; writes bench/out/kill.json
	@$(RUN) bench.kill $(ARGS)

bench-law: $(INSTALLED) ## Measure how long it takes to derive every duty; writes bench/out/law.json
	@$(RUN) bench.law

install: $(INSTALLED) ## Make .venv from the locked requirements

format: $(INSTALLED) ## Rewrite the source in the house style
	@$(RUN) ruff check --fix --quiet . ; $(RUN) ruff format .

messages: $(INSTALLED) ## List anew what the console says, for its translations (docs/translating.md)
	@$(RUN) tests.translating.update $(ARGS)

migrate-check: $(INSTALLED) ## Do the revisions make what the models say, on both databases, and back?
	@$(RUN) pytest -q tests/migrations

migration: $(INSTALLED) ## Draft the next revision from the models: make migration NAME="what changes and why"
	@$(RUN) tests.migrations.draft $(if $(NAME),"$(NAME)")

migration-initial: $(INSTALLED) ## Draft the first revision anew (only before the first release)
	@$(RUN) tests.migrations.draft --initial

docs: $(INSTALLED) ## Draw the diagrams in docs/ from the code again
	@$(RUN) docs.draw

screenshots: $(INSTALLED) ## Take the pictures of the pages, light and dark, wide and narrow, into .var/screenshots
	@$(RUN) tests.browser.screenshots

tour: $(INSTALLED) ## Take the pictures of docs/tour.md and write that page
	@$(RUN) tests.browser.tour

lock: $(INSTALLED) ## Resolve the requirements again, with hashes and without any address
	@echo "==> Resolving requirements"
	@$(PIP) uv
	@$(BIN)/python -m tests.packaging.locks

clean: ## Remove what was made here: .venv, caches, test databases
	rm -rf .venv .var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist

$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "seventytwo needs Python 3.11 or newer; this is $(PYTHON). Name another: make PYTHON=/path/to/python"; exit 1; }
	@$(BIN)/python -c pass 2>/dev/null || { echo "==> Making .venv with $$($(PYTHON) --version)"; $(PYTHON) -m venv --clear .venv; } || \
	  { echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	@echo "==> Installing $$(grep -c '==' requirements-dev.lock) locked packages, checked against their hashes (half a minute the first time)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@rm -f .venv/.installed-* && touch $@
	@echo "==> Installed"
