# Everything a newcomer types. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint test-fast bench soak messages lock

python := .venv/bin/python

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: ## Install what is missing and build .venv, without starting anything
	@scripts/setup test

run: ## Start the portal with its demonstration (PORT=8000, PORTAL_DATA_DIR=var)
	@scripts/setup run
	@exec $(python) manage.py runportal

test: ## Run every check and every test, on SQLite and on PostgreSQL, and in Chromium
	@scripts/setup test
	@exec $(python) -m scripts.test all

lint: ## Run the checks that need no database
	@scripts/setup test
	@exec $(python) -m scripts.test lint

test-fast: ## Run the tests on SQLite without the browser ones (ARGS="tests/hosts -x")
	@scripts/setup test
	@exec $(python) -m pytest -n 2 -m "not browser and not portal" $(ARGS)

bench: ## Measure speed and memory with the scripts in bench/
	@scripts/setup test
	@set -e; for file in bench/[a-z]*.py; do \
	  echo "== $$file"; $(python) -m bench.$$(basename $$file .py); done

soak: ## Run the long fault and load tests in soak/ (SOAK_SECONDS=300 for each)
	@scripts/setup test
	@failed=; for file in soak/[a-z]*.py; do \
	  name=$$(basename $$file .py); echo "== soak/$$name"; \
	  $(python) -m soak.$$name || failed="$$failed $$name"; done; \
	[ -z "$$failed" ] || { echo "broken:$$failed"; exit 1; }

messages: ## Collect the strings to translate into locale/
	@scripts/setup test
	@exec $(python) manage.py makemessages --locale ja --no-location --no-obsolete \
	  --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'locale_vendor/*'

lock: ## Write requirements/ anew from pyproject.toml (needs uv); extra words in ARGS
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet \
	  --python-version 3.11 pyproject.toml -o requirements/run.txt $(ARGS)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet \
	  --python-version 3.11 pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt $(ARGS)
