# make alone prints its targets.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
# what pytest makes of a file of tests is kept for the next run, and what changed is compiled once: half of a collection
unexport PYTHONDONTWRITEBYTECODE

help:  ## print the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(VENV)/installed: requirements.lock pyproject.toml
	@echo "creating $(VENV) from requirements.lock (hash-checked)"
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --clear -p "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) \
	  && uv pip sync -q -p $(BIN)/python --require-hashes --compile-bytecode requirements.lock \
	  && uv pip install -q -p $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv --clear $(VENV) \
	  && $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock \
	  && $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@# a process that may not write bytecode compiles 1,400 modules at every start: half of a small night
	@$(BIN)/python -m compileall -q flows reports schemas transforms
	@touch $@

run: $(VENV)/installed  ## one full run on the sample book
	$(BIN)/greenloan nightly --inbox data/samples/deliveries

test: $(VENV)/installed  ## the tests
	$(BIN)/python -m pytest

$(VENV)/spark: requirements-spark.lock $(VENV)/installed
	@echo "adding requirements-spark.lock to $(VENV) (hash-checked)"
	@$(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --require-hashes \
	  -r requirements-spark.lock
	@touch $@

test-spark: $(VENV)/spark  ## nights whose projects Apache Spark works out, on this machine (needs Java 17)
	$(BIN)/python -m pytest tests/integration/spark tests/unit/flows/running/engines

check: $(VENV)/installed  ## style, types, words, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell transforms flows schemas reports tests data/reference data/templates data/samples/README.md docs README.md CONTRIBUTING.md CHANGELOG.md NOTICE Makefile prefect.yaml
	$(BIN)/lint-imports
	$(BIN)/mypy

proofs: $(VENV)/installed  ## the long forms of the proofs
	$(BIN)/python -m pytest -m proof
	GREENLOAN_TEST_TIMES=20 $(BIN)/python -m pytest -m law

fuzz: $(VENV)/installed  ## 20,000 damaged deliveries through the readers
	$(BIN)/python -m tests.properties.fuzz --count 20000 --seed 1

SCALE ?= 0.1
bench: $(VENV)/installed  ## speed and memory against the same work by hand (SCALE=1 JSON=path OTHER=path BUDGET=900)
	$(BIN)/python -m tests.benchmarks.bench --scale $(SCALE) $(if $(JSON),--json $(JSON)) $(if $(OTHER),--other $(OTHER)) \
	  $(if $(BUDGET),--budget $(BUDGET))

compare: $(VENV)/installed  ## what differs between two published files (BEFORE=a.duckdb AFTER=b.duckdb TOLERANCE=1e-9)
	$(BIN)/python -m tests.before_and_after.compare $(BEFORE) $(AFTER) $(if $(TOLERANCE),--tolerance $(TOLERANCE))

counts: $(VENV)/installed  ## modules, arrows between stages, lines, functions written twice
	$(BIN)/python -m tests.before_and_after.counts

docs: $(VENV)/installed  ## write the data dictionary and the generated parts of the method pages anew
	$(BIN)/python -m flows.pages.dictionary
	$(BIN)/python -m flows.pages.method_pages

lock:  ## resolve requirements.lock anew (needs uv)
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" pyproject.toml --group dev -o requirements.lock
	python3 -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['spark'], sep='\n')" \
	  | uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" \
	  -c requirements.lock - -o requirements-spark.lock
	@! grep -n '://' requirements.lock requirements-spark.lock

HOST ?= 127.0.0.1
server: $(VENV)/installed  ## a Prefect server on this machine (HOST=... needs PREFECT_SERVER_API_AUTH_STRING)
	@case "$(HOST)" in 127.*|localhost|::1) ;; *) test -n "$$PREFECT_SERVER_API_AUTH_STRING" || { \
	  echo "a server that listens on $(HOST) lets anyone there start runs: set PREFECT_SERVER_API_AUTH_STRING=user:password"; exit 2; } ;; esac
	PREFECT_HOME=$(CURDIR)/.prefect $(BIN)/prefect server start --host $(HOST)

clean:  ## remove the environment and caches; what was landed and published stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .mypy_cache .import_linter_cache

.PHONY: help run test test-spark check proofs fuzz bench compare counts docs lock server clean
