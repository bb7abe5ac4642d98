# `make help` lists every command. Only Python 3.11 or later and make are assumed.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
ARGS ?=
KILLS ?= 100
EXAMPLES ?= 1000
HOURS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

INSTALLED := $(VENV)/installed
INSTALLED_DEV := $(VENV)/installed-dev

# Bash, for `pipefail`: what pip says is counted, and its failure stays one.
SHELL := bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev up story test test-mongo model bench chaos soak lint format contracts lock clean

##@ See it work

up: setup ## start everything on this machine, in the foreground (Ctrl-C stops it)
	@exec $(VENV)/bin/etwinning up

story: setup ## play the programme from registration to European Quality Seal against the running stack
	@exec $(VENV)/bin/etwinning story $(ARGS)

##@ Check it

test: setup-dev ## run every test on a Kafka and a database of its own (ARGS="-k word" chooses)
	@exec $(RUN) -m pytest $(ARGS)

test-mongo: setup-dev ## run the tests on another MongoDB: make test-mongo URL=mongodb://…
	@test -n "$(URL)" || { echo 'Say which server: make test-mongo URL="mongodb://host:27017/?replicaSet=rs0"' >&2; exit 2; }
	@ETWINNING_TEST_MONGO_URL="$(URL)" exec $(RUN) -m pytest $(ARGS)

lint: setup-dev ## check style, types and the architecture
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

model: setup-dev ## explore the model of the protocol in its larger scopes
	@exec $(RUN) -m tests.model $(ARGS)

chaos: setup-dev ## the model in its larger scopes, kills under load (KILLS=100) with a check that nothing was lost, much bad input
	@$(RUN) -m tests.model --scope large
	@$(RUN) -m tests.chaos --kills $(KILLS) $(ARGS)
	@ETWINNING_TEST_EXAMPLES=$(EXAMPLES) exec $(RUN) -m pytest tests/e2e/test_bad_input.py

soak: setup-dev ## run under load for a long time and check that nothing grows (HOURS=2)
	@exec $(RUN) -m tests.chaos --hours $(HOURS) $(ARGS)

bench: setup-dev ## measure ratios against bare baselines
	@exec $(RUN) -m tests.benchmarks $(ARGS)

##@ Work on it

setup: $(INSTALLED) ## create the environment from hash-pinned requirements

setup-dev: $(INSTALLED_DEV) ## the same, with what tests and checks need

format: setup-dev ## format the code
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

contracts: setup-dev ## write the JSON Schemas, OpenAPI and AsyncAPI documents from the code
	@exec $(RUN) -m deploy.documents

lock: setup-dev ## resolve the requirements of pyproject.toml again, with hashes
	$(VENV)/bin/uv export --no-header --format requirements-txt --no-emit-project --group build --no-group dev -o requirements.txt -q
	$(VENV)/bin/uv export --no-header --format requirements-txt --no-emit-project --group build -o requirements-dev.txt -q

clean: ## remove the environment and caches (data in .etwinning stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find deploy services shared tests -name __pycache__ -prune -exec rm -rf {} +

help: ## list the commands
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# --- how the environment is made: again only when the requirements change ---

define install
	@echo "Installing $(1) into $(VENV) ..."
	@$(RUN) -m pip install --progress-bar off --require-hashes -r $(1) | awk -v all="$$(grep -c == $(1))" \
		'/^(Collecting|Requirement already)/ { printf "\r  %d of %d packages", ++n, all; fflush() } END { print "" }' || { \
		echo "The packages could not be installed: connect this machine to the network (or free some disk space), then try again." >&2; exit 1; }
	@$(RUN) -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@$(RUN) -m compileall -q $(VENV)/lib services shared deploy > /dev/null || true
	@touch $@
endef

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed ($(PYTHON) is not): install it, or name it, for example make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv), then try again." >&2; exit 1; }

$(INSTALLED): requirements.txt | $(RUN)
	$(call install,requirements.txt)

$(INSTALLED_DEV): requirements-dev.txt | $(RUN)
	$(call install,requirements-dev.txt)
	@touch $(INSTALLED)
