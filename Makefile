# `make` alone lists what there is.
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
DATA ?= data
SOURCE ?=
REF ?=
AS_OF ?=
RULES ?=
FORMAT ?= terminal
# Another league's rows; without it seeds/ counts.
SEEDS ?=

BIN := .venv/bin
READY := .venv/ready
EXAMPLES := .venv/examples
SPARK_READY := .venv/ready-for-spark
AXE := .venv/node/node_modules/axe-core/axe.min.js

# A shell expands `~` only where it begins a word, which in DATA=~/league it does not.
define line

endef
home = $(subst $(line),,$(subst $(line)~/,$(line)$(HOME)/,$(line)$(1)))
override DATA := $(call home,$(DATA))
override SOURCE := $(call home,$(SOURCE))
override SEEDS := $(call home,$(SEEDS))
override RULES := $(call home,$(RULES))

# What a recipe hands on goes through the environment: no space or quote in it can be taken
# for anything else.
export DATA SOURCE REF AS_OF FORMAT SEEDS RULES
export LEAGUE_DATA = $(DATA)
export DBT_TARGET_PATH = $(DATA)/build/target
export DBT_LOG_PATH = $(DATA)/build/logs
ifneq ($(SEEDS),)
export LEAGUE_SEEDS = $(SEEDS)
endif
# Without compiled bytecode every dbt call compiles dbt anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:
	@echo "make winners   who won what: download, load, build, test, publish, print"
	@echo "make publish   all that, then the site, Parquet and CSV"
	@echo "make docs      dbt's own documentation of every table, in DATA/docs"
	@echo "make demo      the same on a small fictional season, without a network"
	@echo "make what-if   who gains and who loses by other rules: RULES=folder"
	@echo "make history   add every hour of the archive: SOURCE=folder or git clone"
	@echo "make check-history   rebuild every snapshot and compare it with the files"
	@echo "make check-moments   winners as of some moments, against the archive's git clone"
	@echo "make spark     the same models on Apache Spark, every table compared with DuckDB's"
	@echo "make spark-history   the hourly history on Spark: SOURCE=folder or git clone"
	@echo "make shell     the duckdb shell on the published database, read-only"
	@echo "make problems TEST=name   the rows that a data test finds in the last build"
	@echo "make lint      form, types and spelling, in seconds"
	@echo "make test-fast the rules alone, on invented leagues, in under a minute"
	@echo "make test      every test; THOROUGH=1 on five times as many random leagues"
	@echo "make faults    damage files, network, disk and processes: SEED=, FAULTS=network"
	@echo "make audit     known vulnerabilities of the locked packages, by the network"
	@echo "make mutants   small mistakes made on purpose: does a test notice?"
	@echo "make bench     how long a build takes, compared with dbt parse"
	@echo "make bench-history   how long the history takes, compared with plain DuckDB"
	@echo "make bench-growth    the same on ten times as many boards, racers, hours"
	@echo "make spark-test      the tests that need Spark and Java"
	@echo "make lock      resolve the dependencies anew"
	@echo
	@echo "DATA=data      where everything goes; DATA/league.duckdb is published"
	@echo "SOURCE=        a folder in upstream's layout, or the base address of a mirror"
	@echo "SEEDS=         a folder with the rows of another league: docs/your-own-league.md"
	@echo "FORCE=1        build and publish although nothing is new"
	@echo "ACCEPT_CHANGES=1   load what holds less than before; publish a prize without winners"
	@echo "REF=           another commit of upstream"
	@echo "AS_OF=         a moment like 2021-10-20T12:00:00Z (or +02:00): winners as they stood then"
	@echo "FORMAT=        markdown: print the winners for a chat"

.PHONY: winners publish history demo
winners publish history demo: $(READY)
	@$(BIN)/python -m league $@ --data "$$DATA" --source "$$SOURCE" --ref "$$REF" \
		--as-of "$$AS_OF" --format "$$FORMAT" --seeds "$$SEEDS" \
		$(if $(ACCEPT_CHANGES),--accept-changes) $(if $(FORCE),--force)

.PHONY: what-if
what-if: $(READY)
	@test -n "$$RULES" || { \
		echo "Expected RULES=, a folder with other rows for files of seeds/; found nothing." >&2; \
		exit 2; }
	@test -z "$$AS_OF" || { \
		echo "Expected RULES= without AS_OF=: the two do not go together." >&2; \
		exit 2; }
	@$(BIN)/python -m league.what_if --rules "$$RULES"

# SPARK_THRIFT=host:port is a cluster that is there; without it one is started and stopped.
.PHONY: spark
spark: $(SPARK_READY)
	@$(BIN)/python -m spark --data "$$DATA" --source "$$SOURCE" --seeds "$$SEEDS"

.PHONY: spark-history
spark-history: $(SPARK_READY)
	@test -n "$$SOURCE" || { \
		echo "Expected SOURCE=, a folder in upstream's layout or a git clone; found nothing." >&2; \
		exit 2; }
	@$(BIN)/python -m spark.history "$$SOURCE" --data "$$DATA"

.PHONY: check-history
check-history: $(READY)
	@$(BIN)/python -m ingest.history.check "$$LEAGUE_DATA/build/league.duckdb" \
		$(if $(SOURCE),"$$SOURCE")

.PHONY: check-moments
check-moments: $(READY)
	@$(BIN)/python -m tests.moments "$$SOURCE" --database "$$DATA/build/league.duckdb" \
		--stories "$$DATA/league.duckdb" $(if $(MOMENTS),--moments $(MOMENTS))

.PHONY: docs
docs: $(READY)
	@$(BIN)/python -m publish.documentation

.PHONY: shell
shell: $(READY)
	@test -f "$$DATA/league.duckdb" || { \
		echo "There is no $$DATA/league.duckdb yet. Run \`make winners\` or \`make demo\` first." >&2; \
		exit 1; }
	@$(BIN)/python -m duckdb_cli -readonly "$$DATA/league.duckdb"

.PHONY: problems
problems: $(READY)
	@test -n "$(TEST)" || { \
		echo "Expected TEST=, the name of a data test, like keys_of_published_tables." >&2; exit 2; }
	@$(BIN)/python -m league.problems --data "$$DATA" "$(TEST)"

.PHONY: lint
lint: $(READY)
	@$(BIN)/python -m ruff format --check --quiet || { echo "To mend it: $(BIN)/python -m ruff format" >&2; exit 1; }
	@$(BIN)/python -m ruff check --quiet
	@$(BIN)/python -m codespell_lib
	@said=$$($(BIN)/python -m deptry . 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m mypy --no-error-summary
	@$(BIN)/python -m sqlfluff lint --disable-progress-bar models tests/dbt

.PHONY: test
test: $(READY) $(EXAMPLES)/ready | $(AXE)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# Builds the season of 2021 on Spark, more than once: many minutes.
.PHONY: spark-test
spark-test: $(SPARK_READY)
	@$(BIN)/python -m pytest tests/spark

.PHONY: faults
faults: $(READY)
	@THOROUGH=1 SEED="$(SEED)" $(BIN)/python -m pytest tests/faults $(if $(FAULTS),-k "$(FAULTS)")

.PHONY: audit
audit: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit || { \
		echo "Nothing was checked: pip-audit could not be installed. Is there a network?" >&2; \
		exit 2; }
	@$(BIN)/python -m league.audit

# The rules, on invented leagues: whether the one being written holds. 48 s of processor
# in two processes.
.PHONY: test-fast
test-fast: $(READY)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile \
		tests/rules/test_units.py tests/rules/test_rules_on_random_leagues.py

# By hand or once a week. COUNT=, SEED= and ONLY=part/of/a/path choose.
.PHONY: mutants
mutants: $(READY) $(EXAMPLES)/ready
	@$(BIN)/python -m tests.mutants --count $(or $(COUNT),100) --seed $(or $(SEED),1) --only "$(ONLY)"

.PHONY: bench
bench: $(READY)
	@$(BIN)/python -m tests.bench build $(if $(SOURCE),--source "$$SOURCE")

.PHONY: bench-history
bench-history: $(READY)
	@$(BIN)/python -m tests.bench history $(if $(SOURCE),--source "$$SOURCE")

# For docs/measurements.md: an hour, and room for ten archives in WORK.
.PHONY: bench-growth
bench-growth: $(READY)
	@$(BIN)/python -m tests.bench growth $(if $(WORK),--work "$(WORK)") \
		$(if $(SOURCE),--source "$$SOURCE")

# Programs are called as modules of the interpreter: their own first line names the folder in
# which they were installed, and a project may be moved.
.PHONY: interpreter
interpreter:
	@test ! -e $(READY) || $(BIN)/python -c "" 2>/dev/null || { \
		echo "Expected the Python of .venv at $(BIN)/python, found none that runs. Delete .venv and run again: it is set up anew." >&2; \
		exit 1; }

$(READY): requirements.lock | interpreter
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Expected Python 3.10 to 3.13, found $$($(PYTHON) --version). Name another: make PYTHON=python3.11" >&2; \
		exit 1; }
	@echo "Setting up .venv (once, about a minute) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r requirements.lock
	@touch $(READY)

# What only the examples need that are read with pandas and polars, and only `make test` runs
# them. Apart from the rest, because DuckDB imports pandas wherever it finds it, which takes
# longer than loading a league.
$(EXAMPLES)/ready: requirements-examples.lock $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade \
		--target $(EXAMPLES) -r requirements-examples.lock
	@touch $(EXAMPLES)/ready

# Spark itself, 600 MB: for `make spark` only. Before that it is worth asking for Java.
$(SPARK_READY): requirements-spark.lock $(READY)
	@$(BIN)/python -m spark.machine $(if $(SPARK_THRIFT),--no-java)
	@echo "Installing Spark's packages into .venv (once, a few minutes) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r requirements-spark.lock
	@touch $(SPARK_READY)

# axe-core looks for what keeps people out of a page. MPL, for tests only, so not kept here.
$(AXE):
	@npm install --silent --no-save --no-audit --no-fund --prefix .venv/node axe-core@4.14.1 || \
		echo "NOT CHECKED: axe-core could not be installed with npm, its tests are skipped." >&2

# Locks for all supported Pythons and systems; no index address in them.
LOCK = $(BIN)/python -m uv pip compile --universal --python-version $(or $(1),3.10) --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-header --upgrade --quiet

.PHONY: lock
lock: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(call LOCK) pyproject.toml --group dev -o requirements.lock
	@$(call LOCK) --group examples -c requirements.lock -o requirements-examples.lock
	@$(call LOCK,3.11) --group spark -c requirements.lock -o requirements-spark.lock
