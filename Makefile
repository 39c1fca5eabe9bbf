# The commands of the project. Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet

# Some images set it. Without bytecode, each of the hundreds of processes of the tests compiles every module again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install run test test-fast check audit pages bench verify lock

install: .venv/dev ## install what running, testing and checking need, as locked

run: .venv/run ## a whole city on this machine, with people in it
	@$(BIN)/python -m app.demo

test: .venv/dev ## every test, with a real PostgreSQL, Redis and S3
	@echo "==> testing, over SQLite, PostgreSQL and Redis"
	@$(BIN)/pytest $(PARALLEL)

test-fast: .venv/dev ## unit and property tests over SQLite, in under a minute
	@echo "==> testing units and properties, over SQLite"
	@$(BIN)/pytest $(PARALLEL) -m "not slow" tests/properties tests/unit

# Three processes for two cores: many tests wait. Tests of the group "load" run one after another, in one process.
PARALLEL := --numprocesses 3 --dist loadgroup

check: .venv/dev ## style, types, import directions, language
	@echo "==> style" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> types" && $(BIN)/mypy
	@echo "==> import directions" && $(BIN)/lint-imports
	@echo "==> language" && $(BIN)/python -m tools.check_language

audit: .venv/dev ## known vulnerabilities of the packages in the locks, where the Internet can be reached
	@echo "==> known vulnerabilities" && $(BIN)/python -m tools.audit_packages

pages: ## check the pages and build them again, from web/app into web/built; needs Node 20 and npm 11
	@echo "==> the pages" && npm ci --prefix web/app --ignore-scripts
	@npm run check --prefix web/app
	@npm run build --prefix web/app

# The other benchmarks have commands of their own: docs/performance.md.
bench: .venv/dev ## reads and writes, as ratios against their peers in the same run; ten minutes
	@$(BIN)/python -m benchmarks.table

verify: .venv/dev ## clients, writers and chaos for ten minutes; the records compared with the log
	@$(BIN)/python -m benchmarks.live.verify --clients 100 --seconds 600

lock: ## renew requirements*.lock from pyproject.toml; needs uv
	uv pip compile pyproject.toml --group build $(LOCKED) -o requirements.lock
	uv pip compile pyproject.toml --group dev $(LOCKED) -o requirements-dev.lock

LOCKED := --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

.venv/bin/python:
	@echo "==> making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tanggap needs Python 3.11 or newer.")'
	@$(PYTHON) -m venv .venv

.venv/run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "==> installing what running needs"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "==> installing what running, testing and checking need"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
