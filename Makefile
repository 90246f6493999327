# make run, and Plumbline answers at http://127.0.0.1:8000/. `make help` lists the rest.

HOST = 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
ARGS ?=

venv := .venv
python := $(venv)/bin/python
install := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes
compile := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header \
	--universal --python-version 3.11

.PHONY: help run test check format bench requirements clean

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: $(venv)/.base ## Prepare everything and serve; HOST= and PORT= change the address
	@$(python) manage.py prepare && exec $(python) manage.py serve --host $(HOST) --port $(PORT)

test: $(venv)/.dev ## Run the tests; ARGS= goes to pytest, docs/operations.md names the variables
	@$(python) -m tests $(ARGS)

check: $(venv)/.dev ## Lint, check formats, types, layers, migrations
	$(venv)/bin/ruff check .
	$(venv)/bin/ruff format --check .
	find templates -name '*.html' -exec $(venv)/bin/djade --check --target-version 5.2 {} +
	$(venv)/bin/mypy .
	$(venv)/bin/lint-imports
	$(python) manage.py check --fail-level WARNING
	$(python) manage.py makemigrations --check --dry-run

format: $(venv)/.dev ## Format code and templates
	$(venv)/bin/ruff check --fix .
	$(venv)/bin/ruff format .
	find templates -name '*.html' -exec $(venv)/bin/djade --target-version 5.2 {} +

bench: $(venv)/.dev ## Measure, each figure against its own floor
	@$(python) -m benchmarks $(ARGS)

requirements: ## Compile the hashed requirement files (needs uv)
	$(compile) --output-file requirements/base.txt pyproject.toml
	$(compile) --extra dev --output-file requirements/dev.txt pyproject.toml

clean: ## Remove the virtual environment and the caches; the data stays
	rm -rf $(venv) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(venv)/.base: requirements/base.txt | $(python)
	@echo "Installing the packages Plumbline needs into $(venv) ..."
	@$(install) -r requirements/base.txt
	@touch $@

$(venv)/.dev: requirements/dev.txt | $(python)
	@echo "Installing the packages for development into $(venv) ..."
	@$(install) -r requirements/dev.txt
	@touch $@

$(python):
	@PYTHON="$(PYTHON)" deploy/create-venv $(venv)
