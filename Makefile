# The two commands of the README are `make convert` and `make test`; each sets up all it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SOURCES := pyproject.toml requirements/run.txt

.PHONY: help convert test nightly check bench lock clean

help:
	@echo "make convert   convert the files in input/ to output/"
	@echo "make test      run the tests"
	@echo "make nightly   the long tests: kills, fuzzing, soak (an hour; needs ../shared)"
	@echo "make check     formatting, lint, types, import directions"
	@echo "make bench     quality and speed figures (needs ../shared)"
	@echo "make lock      pin the dependencies anew"

$(VENV)/run.stamp: $(SOURCES)
	$(PYTHON) -c 'import sys; sys.exit("docpipe needs Python 3.11 or newer: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	touch $@

convert: $(VENV)/run.stamp
	$(BIN)/docpipe convert

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2

nightly: $(VENV)/dev.stamp
	DOCPIPE_NIGHTLY=1 $(BIN)/python -m pytest -n 2 tests/batch tests/hostile tests/test_fuzz.py
	$(BIN)/python bench/soak.py

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Other converters to compare with live apart: the product must not depend on them.
$(VENV)-bench/stamp: requirements/bench.txt
	test -x $(VENV)-bench/bin/python || $(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/bench.txt
	touch $@

bench: $(VENV)/dev.stamp $(VENV)-bench/stamp
	$(BIN)/python bench/run.py

lock: $(VENV)/dev.stamp
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra build -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra build --extra dev -c requirements/run.txt -o requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements/bench.txt bench/requirements.in

clean:
	rm -rf $(VENV) $(VENV)-bench output
