# Two commands for a new machine: `make report` and `make test`. Everything they need is installed by this file.
PYTHON ?= python3.11
UV_VERSION := 0.13.8
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never

# Folder with the panel of companies' monthly revenue, for `make study`.
PANEL ?=

.PHONY: study study-quick report test setup develop lint types fast slow docs release lock clean

report: $(VENV)/.core  ## set up, then build the report on the bundled book
	$(BIN)/xb report -o report.html

test: $(VENV)/.dev  ## set up, then lint, check types and run the tests
	$(MAKE) lint types fast

setup: $(VENV)/.core
develop: $(VENV)/.dev

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

fast: $(VENV)/.dev
	$(BIN)/pytest -n auto -rs

slow: $(VENV)/.dev  ## the studies and oracles
	$(UV) sync --frozen --inexact --quiet --extra all --extra spark --group study --group oracle
	$(BIN)/pytest -m slow

study: $(VENV)/.dev  ## the calibration study: results, pictures and tables of docs/explanation/calibration.md
	$(BIN)/python bench/study.py --worlds 2000 $(if $(PANEL),--panel $(PANEL))

study-quick: $(VENV)/.dev  ## the same with few simulated worlds, and none where the engine is unchanged
	$(BIN)/python bench/study.py --worlds 0 $(if $(PANEL),--panel $(PANEL))

docs: $(VENV)/.dev  ## the documentation site, in site/
	$(UV) sync --frozen --inexact --quiet --extra all --group docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

release: docs  ## the site, then the wheel in an empty environment outside the repository
	$(BIN)/pytest -m slow -rs tests/release

lock: $(VENV)/.uv
	$(UV) lock

clean:
	rm -rf $(VENV) build dist report.html

$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

$(VENV)/.core: $(VENV)/.uv pyproject.toml uv.lock
	$(UV) sync --frozen --inexact --quiet --no-dev
	touch $@

$(VENV)/.dev: $(VENV)/.uv pyproject.toml uv.lock
	$(UV) sync --frozen --inexact --quiet --extra all
	touch $@ $(VENV)/.core
