# `make` alone lists what there is.
PYTHON ?= python3
DATA ?= data
SOURCE ?=
REF ?=
AS_OF ?=
FORMAT ?= terminal
# The dbt project; the demo has one of its own, with rows of its own.
PROJECT ?= .

BIN := .venv/bin
READY := .venv/ready
EXAMPLES_READY := .venv/ready-for-examples

# dbt works from the project's folder, so what is not in it needs a whole path.
export LEAGUE_DATA = $(abspath $(DATA))
export DBT_TARGET_PATH = $(abspath $(DATA))/build/target
export DBT_LOG_PATH = $(abspath $(DATA))/build/logs
export DBT_PROJECT_DIR = $(PROJECT)
AS_OF_DATA = $(LEAGUE_DATA)/as-of/$(subst :,-,$(AS_OF))
export DBT_PROFILES_DIR = $(PROJECT)
# Without compiled bytecode every dbt call compiles dbt anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:
	@echo "make winners   who won what: download, load, build, test, publish, print"
	@echo "make publish   all that, then the site, Parquet and CSV"
	@echo "make demo      the same on a small fictional season, without a network"
	@echo "make history   add every hour of the archive: SOURCE=folder or git clone"
	@echo "make check-history   rebuild every snapshot and compare it with the files"
	@echo "make shell     the duckdb shell on the published database, read-only"
	@echo "make test      every test"
	@echo "make bench     how long a build takes, compared with dbt parse"
	@echo "make bench-history   how long the history takes, compared with plain DuckDB"
	@echo "make lock      resolve the dependencies anew"
	@echo
	@echo "DATA=data      where everything goes; DATA/league.duckdb is published"
	@echo "SOURCE=        a folder in upstream's layout, or the base address of a mirror"
	@echo "REF=           another commit of upstream"
	@echo "AS_OF=         a moment like 2021-10-20T12:00:00Z (or +02:00): winners as they stood then"
	@echo "FORMAT=        markdown: print the winners for a chat"

PUBLISH = $(BIN)/python -m publish --format $(FORMAT) $(if $(filter publish,$@),--everything)
CHECK_FORMAT = $(if $(filter terminal markdown,$(FORMAT)),,$(error \
	Expected FORMAT=terminal or FORMAT=markdown, found "$(FORMAT)"))

.PHONY: winners publish
# Looking back from a moment has a folder of its own, and leaves the real result alone.
ifneq ($(AS_OF),)
winners publish: $(READY)
	$(CHECK_FORMAT)
	@$(BIN)/python -m ingest.as_of "$(AS_OF)" --database "$(LEAGUE_DATA)/build/league.duckdb" \
		--data "$(AS_OF_DATA)"
	@export LEAGUE_DATA="$(AS_OF_DATA)" DBT_TARGET_PATH="$(AS_OF_DATA)/build/target"; \
		$(BIN)/dbt --quiet build --exclude-resource-type unit_test && $(PUBLISH)
else
winners publish: $(READY)
	$(CHECK_FORMAT)
	@$(BIN)/python -m ingest --seeds "$(PROJECT)/seeds" \
		$(if $(SOURCE),--source "$(SOURCE)") $(if $(REF),--ref "$(REF)") \
		$(if $(filter markdown,$(FORMAT)),>&2)
	@# Unit tests check the rules on invented rows: `make test` runs them.
	@$(BIN)/dbt --quiet build --exclude-resource-type unit_test
	@$(PUBLISH)
endif

.PHONY: history
history: $(READY)
	@test -n "$(SOURCE)" || { \
		echo "Expected SOURCE=, a folder in upstream's layout or a git clone of upstream (a bare one will do)." >&2; \
		exit 2; }
	@$(BIN)/python -m ingest.history.load "$(LEAGUE_DATA)/build/league.duckdb" "$(SOURCE)" \
		--published "$(LEAGUE_DATA)/league.duckdb"; code=$$?; \
	if [ $$code = 10 ]; then exit 0; elif [ $$code != 0 ]; then exit $$code; fi; \
	$(BIN)/dbt --quiet build --exclude-resource-type unit_test && $(BIN)/python -m publish

.PHONY: check-history
check-history: $(READY)
	@$(BIN)/python -m ingest.history.check "$(LEAGUE_DATA)/build/league.duckdb" $(if $(SOURCE),"$(SOURCE)")

.PHONY: demo
demo: $(READY)
	@$(BIN)/python -m demo.fictional_season --data "$(DATA)/demo"
	@$(MAKE) --no-print-directory winners DATA="$(DATA)/demo" \
		PROJECT="$(DATA)/demo/project" SOURCE="$(DATA)/demo/race-data" REF=

.PHONY: shell
shell: $(READY)
	@test -f "$(DATA)/league.duckdb" || { \
		echo "There is no $(DATA)/league.duckdb yet. Run \`make winners\` or \`make demo\` first." >&2; \
		exit 1; }
	@$(BIN)/duckdb -readonly "$(DATA)/league.duckdb"

.PHONY: test
test: $(READY) $(EXAMPLES_READY)
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

.PHONY: bench
bench: $(READY)
	@$(BIN)/python -m bench.build $(if $(SOURCE),--source "$(SOURCE)")

.PHONY: bench-history
bench-history: $(READY)
	@$(BIN)/python -m bench.history $(if $(SOURCE),"$(SOURCE)",../shared/race-data)

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Expected Python 3.10 to 3.13, found $$($(PYTHON) --version). Name another: make PYTHON=python3.11" >&2; \
		exit 1; }
	@echo "Setting up .venv (once, about a minute) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r requirements.lock
	@touch $(READY)

# What only the README's examples need, and only `make test` runs them.
$(EXAMPLES_READY): requirements-examples.lock $(READY)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		-r requirements-examples.lock
	@touch $(EXAMPLES_READY)

# Locks for all supported Pythons and systems; no index address in them.
LOCK = $(BIN)/uv pip compile --universal --python-version 3.10 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-header --upgrade --quiet

.PHONY: lock
lock: $(READY)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@$(LOCK) pyproject.toml --group dev -o requirements.lock
	@$(LOCK) --group examples -c requirements.lock -o requirements-examples.lock
