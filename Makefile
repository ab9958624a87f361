#: make winners   who won what: download, load, build, test, publish, print
#: make publish   all that, then the site, Parquet and CSV
#: make demo      the same on a small fictional season, without a network
#: make history   add every hour of the archive: SOURCE=folder or git clone
#: make what-if   who gains and who loses by other rules: RULES=folder
#: make spark     the same models on Apache Spark, every table compared with DuckDB's
#: make docs      dbt's own documentation of every table, in DATA/docs
#: make shell     the DuckDB shell on the published database, read-only
#: make problems  the rows that a data test finds in the last build: TEST=name
#: make test      every test; THOROUGH=1 on five times as many random leagues
#: make lint      form, types and spelling, in seconds
#: make lock      resolve the dependencies again
#:
#: DATA=data      where everything goes; DATA/league.duckdb is published
#: SOURCE=        a folder in upstream's layout, or the base address of a mirror
#: SEEDS=         a folder with the rows of another league: docs/your-own-league.md
#: FORCE=1        build and publish although nothing is new
#: ACCEPT_CHANGES=1   load what holds less than before; publish a prize without winners
#: REF=           another commit of upstream
#: AS_OF=         a moment like 2021-10-20T12:00:00Z (or +02:00): winners as they stood then
#: FORMAT=        markdown: print the winners for a chat
#: SITE_ADDRESS=  where the site will stand, for previews and search engines
#:
#: What these call, and more commands: .venv/bin/python -m league --help

.PHONY: help winners publish demo history what-if spark docs shell problems test lint lock interpreter
help:
	@sed -n 's/^#: \{0,1\}//p' Makefile

MAKEFLAGS += --no-print-directory
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/ready
DEV := .venv/ready-for-tests
EXAMPLES := .venv/examples
SPARK := .venv/ready-for-spark
AXE := .venv/node/node_modules/axe-core/axe.min.js
# Python compiles what is imported when it is first imported: that is a tenth of it.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile \
	--require-hashes --no-deps

# What somebody types is a text, also where it looks like a call of make: it is never expanded,
# and goes to the commands through the environment. They refuse a variable that they do not take.
TYPED := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
GIVEN := $(filter-out PYTHON BIN RUN JAVA_HOME SITE_ADDRESS SOURCE_DATE_EPOCH,$(TYPED)) $(if $(value AS_OF),AS_OF)
$(foreach name,$(TYPED),$(eval override $(name) := $$(value $(name))))
$(foreach name,DATA SOURCE SEEDS REF AS_OF RULES FORMAT FORCE ACCEPT_CHANGES TEST,$(if $(value $(name)),$(eval export LEAGUE_$(name) = $$(value $(name)))))
# Without compiled bytecode every start of dbt compiles dbt again. The other two would have Python
# find other packages than those of .venv, or not this project.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONSAFEPATH

winners publish demo history what-if spark docs shell problems: export LEAGUE_VARIABLES := $(GIVEN)
winners publish demo history what-if docs shell problems: $(RUN)
	@$(BIN)/python -m league $@

spark: $(SPARK)
	@$(BIN)/python -m league spark

test: $(DEV) $(EXAMPLES)/ready | $(AXE)
	@MAKEFLAGS= MAKELEVEL= $(BIN)/python -m pytest --numprocesses 2

lint: $(DEV)
	@$(BIN)/python -m ruff format --check --quiet || { echo "To mend it: $(BIN)/python -m ruff format" >&2; exit 1; }
	@$(BIN)/python -m ruff check --quiet
	@$(BIN)/python -m codespell_lib
	@said=$$($(BIN)/python -m deptry . 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m mypy --no-error-summary
	@$(BIN)/python -m sqlfluff lint --disable-progress-bar models tests/dbt

# Locks for all supported Pythons and systems; no index address in them. What requirements.lock
# has is not repeated in the locks that are installed beside it.
COMPILE = $(BIN)/python -m uv pip compile --universal --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-header --no-annotate --upgrade --quiet --python-version
BESIDE = -c requirements.lock $$(sed -n 's/^\([a-z0-9._-]*\).*==.*/--no-emit-package \1/p' requirements.lock)
lock: $(DEV)
	@$(COMPILE) 3.11 pyproject.toml -o requirements.lock
	@$(COMPILE) 3.11 --group dev $(BESIDE) -o requirements-dev.lock
	@$(COMPILE) 3.11 --group examples -c requirements.lock -o requirements-examples.lock
	@$(COMPILE) 3.11 --group spark $(BESIDE) -o requirements-spark.lock

# Programs are called as modules of the interpreter: their own first line names the folder in
# which they were installed, and a project may be moved.
interpreter:
	@test ! -e $(RUN) || $(BIN)/python -c "" 2>/dev/null || { \
		echo "Expected the Python of .venv at $(BIN)/python, found none that runs: to have it set up again, delete .venv and run again." >&2; \
		exit 1; }

$(RUN): requirements.lock | interpreter
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Expected Python 3.11 to 3.13, found $$($(PYTHON) --version). Name another: make PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Setting up .venv (once, about half a minute) …"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) -r requirements.lock
	@touch $@

$(DEV): requirements-dev.lock | $(RUN)
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

# What only the examples need that are read with pandas and polars. Apart from the rest, because
# DuckDB imports pandas wherever it finds it, which takes longer than loading a league.
$(EXAMPLES)/ready: requirements-examples.lock | $(RUN)
	@$(INSTALL) --upgrade --target $(EXAMPLES) -r requirements-examples.lock
	@touch $@

# Spark itself, 600 MB. Before that it is worth asking for Java.
$(SPARK): requirements-spark.lock | $(RUN)
	@$(BIN)/python -m spark.machine
	@echo "Installing Spark's packages into .venv (once, a few minutes) …"
	@$(INSTALL) -r requirements-spark.lock
	@touch $@

# axe-core looks for what keeps people out of a page. MPL, for tests only, so not kept here.
$(AXE):
	@mkdir -p .venv/node && cp tests/axe/package.json tests/axe/package-lock.json .venv/node/ && \
		npm ci --silent --ignore-scripts --no-audit --no-fund --prefix .venv/node || \
		echo "NOT CHECKED: axe-core could not be installed with npm, its tests are skipped." >&2
