# Everything a developer or a visitor types. Each target does its own set-up, in .venv and nowhere else.
PYTHON ?= python3
BIN := .venv/bin
LINT := .venv/lint/bin
TEMPLATE := src/gistline/stack/template.yaml
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
FUZZ_SECONDS ?= 60
# Each worker starts a local cloud of its own. The tests of one file stay together, and the longest files come first.
PARALLEL ?= --numprocesses auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header
# Of datasketches its native module is used alone; the package around it would bring numpy.
LEAN := --unsafe-package numpy

# Strict: a page that is not there, a link or an anchor that leads nowhere is an error.
SITE := NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs --quiet build --strict --clean

FUZZ := PYTHONPATH=tests:docs $(BIN)/python -m fuzz

.DEFAULT_GOAL := help
.PHONY: help demo test check chaos fuzz docs bench clean pins format

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: .venv/run ## start the local cloud, upload a CSV, watch it turn into a JSON summary (ARGS="--file X.csv")
	@$(BIN)/gistline demo $(ARGS)

test: .venv/dev ## run all tests (ARGS="-k one_test")
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

check: .venv/dev .venv/lint/done ## lint, types, architecture, template, and a few seconds of fuzzing
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/interrogate --quiet src
	@$(BIN)/cfn-lint $(TEMPLATE)
	@$(LINT)/checkov --skip-download --quiet --compact --framework cloudformation --file $(TEMPLATE) >.venv/lint/checkov.log || \
		{ cat .venv/lint/checkov.log; exit 1; }
	@PYTHONPATH=tests:src $(LINT)/python -m infrastructure.parliament_lint
	@$(SITE)
	@$(FUZZ) 5 1

chaos: .venv/dev ## 10,000 uploads while everything goes wrong that may (ARGS="--uploads 500 --keys 50")
	@PYTHONPATH=tests $(BIN)/python -m support.chaos $(ARGS)

fuzz: .venv/dev ## throw bytes at the engine, guided by what they reach (FUZZ_SECONDS=60)
	@$(PIP) install --require-hashes --no-deps --only-binary :all: -r requirements/fuzz.txt || \
		echo "atheris does not install here: the bytes are drawn blindly"
	@$(FUZZ) $(FUZZ_SECONDS)

docs: .venv/dev ## build the docs as a static site: build/docs/index.html
	@$(SITE)

bench: .venv/dev ## measure side by side with the tutorials' way
	@$(BIN)/python -m benchmarks

format: .venv/dev ## lay the code out and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

pins: .venv/dev ## resolve the requirement files anew
	@$(COMPILE) $(LEAN) --output-file requirements/run.txt requirements/run.in
	@$(COMPILE) --allow-unsafe --output-file requirements/dev.txt requirements/dev.in
	@$(COMPILE) --output-file requirements/fuzz.txt requirements/fuzz.in
	@$(COMPILE) --output-file requirements/lint.txt requirements/lint.in
	@$(COMPILE) $(LEAN) --output-file src/gistline/stack/requirements-lambda.txt src/gistline/stack/requirements-lambda.in

clean: ## remove whatever was built, downloaded into this folder, or left by the local cloud
	@if [ -x $(BIN)/gistline ]; then $(BIN)/gistline down || true; fi
	@rm -rf .venv .gistline .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run: requirements/run.txt pyproject.toml
	@$(BIN)/python -c '$(RECENT)' 2>/dev/null || { \
		$(PYTHON) -c '$(RECENT)' 2>/dev/null || \
			{ echo "gistline needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }; \
		$(PYTHON) -m venv --clear .venv; }
	@echo "installing what gistline needs into .venv ..."
	@$(PIP) install --require-hashes --no-deps -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements/dev.txt .venv/run
	@echo "installing what checks and tests need into .venv ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# Of its own, as Checkov wants older versions of what gistline runs on.
.venv/lint/done: requirements/lint.txt .venv/run
	@echo "installing what checks the template into .venv/lint ..."
	@$(BIN)/python -m venv --clear .venv/lint
	@$(LINT)/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/lint.txt
	@touch $@
