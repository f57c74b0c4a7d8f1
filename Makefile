# Everything a person does with Allo, one word each. `make help` prints the list.
# Nothing needs to be set up by hand: every target first makes what it stands on, once.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
STAMPS := .cache/stamps
UI := web/ui
PYTHON := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled once instead of at every start, whatever the shell says: tests start Allo hundreds of times.
export PYTHONDONTWRITEBYTECODE :=
PIP := $(PYTHON) -m pip install --quiet --require-hashes

UI_SOURCES = $(shell find $(UI) -type f -not -path '*/node_modules/*' -not -path '*/generated/*' \
	-not -path '*/locales/*.mjs' -not -path '*/dist/*' 2>/dev/null)
API_SOURCES = $(shell find web crm_core -name '*.py' -not -path '$(UI)/*' 2>/dev/null)

##@ Use it
.PHONY: demo run setup wheel
demo: setup  ## Try Allo with a made-up company and calls that ring (no PBX needed)
	@$(VENV)/bin/allo demo $(ARGS)

run: setup  ## Serve with your own settings (environment or allo.toml)
	@$(VENV)/bin/allo migrate && exec $(VENV)/bin/allo serve $(ARGS)

setup: $(STAMPS)/installed $(STAMPS)/ui  ## Make .venv and the screens; the command is then .venv/bin/allo
	@:

wheel: $(STAMPS)/ui  ## Build dist/allo-….whl: the program with its screens, to install elsewhere
	@$(PYTHON) -m pip wheel --quiet --no-build-isolation --no-deps --wheel-dir dist . && ls dist/*.whl

##@ Work on it
.PHONY: check check-python check-ui test bench torture ui format lock clean help
check: check-python check-ui  ## Look without running: format, lint, types, borders, texts, UI tests

check-python: $(STAMPS)/test-installed
	ruff format --check .
	ruff check .
	mypy
	lint-imports
	tools/check-tree.sh

check-ui: $(STAMPS)/ui
	cd $(UI) && npm run --silent lint && npm run --silent test

test: $(STAMPS)/test-installed $(STAMPS)/ui  ## Check everything, then run every test, on both databases, with a real Asterisk and browser
	@tools/test-parts.sh
	@$(MAKE) --no-print-directory check
	@$(PYTHON) -m pytest -n 3 --dist loadscope -m "$$(cat .cache/test-marks)" $(ARGS)

bench: $(STAMPS)/test-installed  ## Measure Allo beside the floor, and print the ratios (ARGS="--only deals")
	@$(PYTHON) -m tests.bench $(ARGS)

torture: $(STAMPS)/test-installed $(STAMPS)/ui  ## The full corpora of attacks and faults (hours)
	@tools/test-parts.sh
	@$(PYTHON) -m pytest -m torture --timeout 7200 $(ARGS)

ui: $(STAMPS)/ui  ## Build the screens into web/static
	@:

format: $(STAMPS)/test-installed $(UI)/node_modules/.package-lock.json  ## Put all code into the house's form
	ruff format .
	ruff check --fix .
	cd $(UI) && npm run --silent format

lock: $(STAMPS)/test-installed  ## Choose newest versions of the Python parts and pin them by hash
	tools/lock.sh

clean:  ## Remove all that make has made (never your data)
	rm -rf $(VENV) .cache dist web/static $(UI)/node_modules $(UI)/dist \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## Print this list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# What the targets stand on. A stamp is younger than all it was made from, so a second run does nothing.

$(PYTHON): tools/venv.sh
	@tools/venv.sh $(VENV)
	@touch $@

$(STAMPS)/requirements: requirements.txt $(PYTHON)
	@echo "installing the Python parts" >&2
	@$(PIP) -r requirements.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/installed: pyproject.toml $(STAMPS)/requirements
	@$(PYTHON) -m pip install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(STAMPS)/test-installed: requirements-test.txt $(STAMPS)/installed
	@echo "installing what only tests need" >&2
	@$(PIP) -r requirements-test.txt
	@touch $@

$(UI)/node_modules/.package-lock.json: $(UI)/package.json $(UI)/package-lock.json $(STAMPS)/requirements
	@echo "installing the UI's parts" >&2
	@cd $(UI) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The types follow the API; a change that leaves them as they are builds nothing anew.
API_TYPES := $(UI)/src/generated/api.d.ts

$(STAMPS)/types: $(UI)/node_modules/.package-lock.json $(STAMPS)/installed $(API_SOURCES)
	@mkdir -p $(STAMPS) && if [ -e $(API_TYPES) ]; then cp -p $(API_TYPES) $(STAMPS)/api.d.ts; fi
	@cd $(UI) && npm run --silent types >/dev/null
	@if cmp -s $(API_TYPES) $(STAMPS)/api.d.ts; then cp -p $(STAMPS)/api.d.ts $(API_TYPES); fi
	@touch $@

$(API_TYPES): $(STAMPS)/types ;

$(STAMPS)/ui: $(API_TYPES) $(UI_SOURCES)
	@echo "building the screens" >&2
	@(cd $(UI) && for step in messages typecheck build; do npm run --silent $$step; done) \
		>.cache/ui.log 2>&1 || (cat .cache/ui.log >&2; exit 1)
	@touch $@
