# `make demo` and `make test` need python3 and make; everything else they install into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WHEEL_VENV := build/wheel-venv
# Both change what is measured and tested: modules compiled at every start, output in another order.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONUNBUFFERED

.PHONY: help demo test check lint format types wheel bench proof clean

help:
	@echo "make demo    the whole job on a fresh connector: scaffold, validate, sync, query"
	@echo "make test    the test suite"
	@echo "make check   what CI runs: lint, types, tests, and the tests against the built wheel"
	@echo "make bench   what the validation and a query cost, as ratios of CPU time"
	@echo "make proof   the long matrices; writes their results to tests/proof/"
	@echo "make format  formats the code"
	@echo "make clean   removes what the other targets made"

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV) || { apt-get update && apt-get install -y python3-venv && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	mkdir -p $(VENV)/link && ln -sfn ../.. $(VENV)/link/connector_sdk_mcp
	touch $@

demo: $(VENV)/.installed
	$(BIN)/connector-sdk-mcp demo

test: $(VENV)/.installed
	$(BIN)/pytest -n 2 -q

check: lint types test wheel

lint: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

format: $(VENV)/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.installed
	$(BIN)/pyright

# The suite once more, with the package as users get it: a file that the wheel lacks is missing here. Not the long tables
# of connectors, one like the other: what they need of the wheel the other tests need, too.
TABLES := server/test_query_attacks.py tools/debug/test_diagnosis.py tools/debug/test_output.py tools/debug/test_attacks.py \
	tools/quality tools/scaffold/test_produced_code.py tools/scaffold/test_sync_faults.py \
	tools/validate/test_fixed_syncs.py tools/validate/test_fixes.py
wheel: $(VENV)/.installed
	rm -rf build dist
	$(BIN)/python -m build --quiet --wheel
	$(PYTHON) -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/python -m pip install --quiet "$$(ls dist/*.whl)[dev]"
	$(WHEEL_VENV)/bin/pytest -n 2 -q $(TABLES:%=--ignore=tests/%)

bench: $(VENV)/.installed
	cd tests && ../$(BIN)/python -m bench.validate; validated=$$?; ../$(BIN)/python -m bench.warehouse && exit $$validated

proof: $(VENV)/.installed
	cd tests && ../$(BIN)/python -m proof.run_mutants && ../$(BIN)/python -m proof.run_runs

clean:
	rm -rf $(VENV) build dist *.egg-info
