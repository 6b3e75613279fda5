# Every verb of the house. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
CLIENT := web/client
export PYTHONDONTWRITEBYTECODE ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-large install install-dev install-client install-browser lint lint-python lint-client \
        visual test-python test-client test-browser check-dist check-generated web generated format train grade bench clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: .venv/.installed ## start the studio and open the browser
	@exec $(PY) main.py $(ARGS)

.venv/.installed: requirements.txt
	@$(PYTHON) cli/install.py
	@touch $@

.venv/.installed-dev: requirements.txt pyproject.toml
	@$(PYTHON) cli/install.py --dev
	@touch $@

install: .venv/.installed ## install what running needs
install-dev: .venv/.installed-dev install-client install-browser ## install what the tests need

install-client: $(CLIENT)/node_modules/.package-lock.json
$(CLIENT)/node_modules/.package-lock.json: $(CLIENT)/package.json $(CLIENT)/package-lock.json
	cd $(CLIENT) && npm ci --no-audit --no-fund

install-browser:
	@$(PYTHON) cli/install_browser.py

test: install-dev ## all checks: lint, unit, contract, parity, browser, generated files
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory check-generated
	@$(MAKE) --no-print-directory test-client
	@$(MAKE) --no-print-directory check-dist
	@$(MAKE) --no-print-directory test-browser
	@$(MAKE) --no-print-directory test-python

lint: lint-python lint-client ## ruff, pyright, import-linter, Biome, tsc
lint-python:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/pyright
lint-client:
	cd $(CLIENT) && npm run --silent lint

test-python: ## unit, contract, parity and architecture tests
	OMP_NUM_THREADS=1 .venv/bin/pytest -n auto --maxprocesses=4 --dist loadfile -m "not large and not browser"
test-client: ## the page's unit tests
	cd $(CLIENT) && npm run --silent test
test-browser: ## the page in Chromium, on the real server and starter model
	.venv/bin/pytest -m browser -rR tests/e2e
visual: install-dev ## make the pictures that the page is compared with anew (web/client/tests/visual)
	NOISELOOM_VISUAL=write .venv/bin/pytest -q -m browser tests/e2e -k "visual"
test-large: install-dev ## full matrices and full-size models (long)
	.venv/bin/pytest -m large

web: install-client ## build web/dist from web/client
	cd $(CLIENT) && npm run --silent build
check-dist: ## web/dist equals a fresh build, and its first page keeps its weight
	cd $(CLIENT) && npm run --silent build
	@git diff --exit-code --stat -- web/dist && test -z "$$(git status --porcelain -- web/dist)" \
	  || { echo "web/dist differs from a fresh build: run 'make web' and commit it."; git status --short -- web/dist; exit 1; }
	cd $(CLIENT) && npm run --silent weigh

generated: ## node catalogue, OpenAPI document, TypeScript types
	$(PY) -m nodes.catalogue
	$(PY) -m web.server.openapi > $(CLIENT)/src/api/openapi.json
	cd $(CLIENT) && npm run --silent types
check-generated: generated ## generated files are current
	@git diff --exit-code --stat -- nodes/catalogue.json $(CLIENT)/src/api \
	  || { echo "Generated files are stale: run 'make generated' and commit them."; exit 1; }

format: ## format Python and TypeScript
	.venv/bin/ruff check --fix . ; .venv/bin/ruff format .
	cd $(CLIENT) && npm run --silent format

train: .venv/.installed-dev ## train the starter models from scratch (hours)
	$(PY) -m training all
grade: .venv/.installed-dev ## grade the shipped starter model on held-out prompts
	$(PY) -m training.grade --system sd --held-out 300 --out out/grade
bench: install-dev ## engine and server benchmarks
	$(PY) -m benchmarks.engine
	$(PY) -m benchmarks.server --paint
clean: ## remove environments and caches
	rm -rf .venv $(CLIENT)/node_modules .pytest_cache .ruff_cache
