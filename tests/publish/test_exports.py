"""What readers of Parquet, CSV, datapackage.json and the documentation may rely on."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.source import public_source
from publish import documentation
from publish.datapackage import MOMENT
from publish.spreadsheet import TABLES, harmless
from publish.tables import published_tables
from tests.helpers.pipeline import ROOT, Pipeline, contents, run_dbt_warm
from tests.helpers.readme import PYTHON, printed
from tests.helpers.site import Parsed

PAGE = (ROOT / "docs/exporting.md").read_text(encoding="utf-8")
EXAMPLES = [(example["code"], example["answer"]) for example in PYTHON.finditer(PAGE)]


def read(file: Path) -> dict:
    return json.loads(file.read_text(encoding="utf-8"))


def manifest(league: Pipeline) -> dict:
    return read(league.data / "parquet/manifest.json")


def dbt_manifest(league: Pipeline) -> dict:
    return read(league.data / "build/target/manifest.json")


@pytest.fixture(scope="module")
def tables(everything) -> list[str]:
    return [name for (name,) in everything.ask("show tables")]


# Parquet


def test_every_published_table_is_a_file_and_nothing_else_is(everything, tables):
    files = {path.name for path in (everything.data / "parquet").iterdir()}
    named = {f"{table}.parquet" for table in tables}
    assert files == named | {"datapackage.json", "manifest.json"} and len(named) > 10


def test_a_file_has_the_columns_types_rows_and_order_of_its_table(everything, tables):
    for table in tables:
        file = everything.data / f"parquet/{table}.parquet"
        for question in ("describe from {}", "from {}"):
            assert everything.ask(question.format(f"'{file}'")) == everything.ask(
                question.format(table)
            ), table
    assert manifest(everything)["tables"]["prize_changes"]["rows"] == 0, "an empty one, too"
    files = f"{everything.data}/parquet/*.parquet"
    used = everything.ask(f"select distinct compression from parquet_metadata('{files}')")
    assert used == [("ZSTD",)]


def test_the_manifest_says_what_each_file_holds(everything, tables):
    about = manifest(everything)
    assert list(about["tables"]) == tables
    for name, table in about["tables"].items():
        file = everything.data / "parquet" / table["file"]
        body = file.read_bytes()
        assert table["bytes"] == len(body)
        assert table["sha256"] == hashlib.sha256(body).hexdigest()
        assert [(table["rows"],)] == everything.ask(f"select count(*) from {name}")
        assert table["description"].startswith("One row per ")
        assert all(column["type"] and column["description"] for column in table["columns"])
        own = dict(
            everything.ask(
                f"select decode(key), decode(value) from parquet_kv_metadata('{file}')"
            )
        )
        assert own["is_fictional"] == "true"
        assert own["schema_version"] == about["schema_version"]


def test_the_manifest_says_where_it_is_from_and_names_no_folder(everything, archive):
    about = manifest(everything)
    assert about["upstream"]["source"] == "a local copy"
    assert about["packages"]["duckdb"] == duckdb.__version__
    for moment in (about["built_at_utc"], about["upstream"]["loaded_at_utc"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
    assert about["built_at_utc"] >= about["upstream"]["loaded_at_utc"]
    folders = map(str, (everything.data, ROOT, Path.home()))
    assert not [folder for folder in folders if folder in json.dumps(about)]
    assert (about["is_fictional"], manifest(archive)["is_fictional"]) == (True, False)


@pytest.mark.parametrize(
    ("source", "public"),
    [
        ("/home/somebody/race-data", "a local copy"),
        ("../race-data", "a local copy"),
        (r"C:\race-data", "a local copy"),
        ("https://host.example/a/b", "https://host.example/a/b"),
        ("https://me:secret@host.example:8443/a?token=1#x", "https://host.example:8443/a"),
    ],
)
def test_a_source_is_published_without_what_is_private(source, public):
    assert public_source(source) == public


def test_a_new_mart_is_exported_without_another_edit_and_quietly_in_a_pipe(with_exports):
    league = with_exports
    mart = league.project / "models/marts/fastest_laps.sql"
    mart.write_text("select 1 as season, [1.5, null] as laps")
    assert league.build_again("fastest_laps").returncode == 0
    done = league.publish("--everything")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Writing" not in done.stdout and "\x1b" not in done.stdout
    file = league.data / "parquet/fastest_laps.parquet"
    assert league.ask(f"select season, len(laps) from '{file}'") == [(1, 2)]
    described = manifest(league)["tables"]["fastest_laps"]["columns"]
    assert [column["name"] for column in described] == ["season", "laps"]


def test_after_a_failed_test_everything_is_as_it_was(with_exports):
    """A car too many in a round: the models build, the test on them fails."""
    league = with_exports
    before = contents(league.data, "league.duckdb", "parquet", "csv", "site")
    model = league.project / "models/intermediate/int_awards.sql"
    model.write_text(model.read_text().replace("<= line.quota", "<= line.quota + 1"))
    select = ("--select", "int_awards", "prizes_follow_their_rules")
    built = league.build("--exclude-resource-type", "unit_test", *select)
    assert built.returncode == 1 and "the quota is" in built.stdout
    done = league.publish("--everything")
    assert done.returncode == 1
    assert "prizes_follow_their_rules (error)" in done.stderr
    assert contents(league.data, "league.duckdb", "parquet", "csv", "site") == before


# The version of the tables, and the beginning of the SHA-256 of all columns and their types.
SCHEMA = ("5.0", "a4264c7805e347a5")


def test_no_published_column_changes_without_a_new_version(everything):
    about = manifest(everything)
    columns = {
        name: {column["name"]: column["type"] for column in table["columns"]}
        for name, table in about["tables"].items()
    }
    found = hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()[:16]
    assert (about["schema_version"], found) == SCHEMA, (
        "The published columns changed: CONTRIBUTING.md (Add a published column) says what to do."
    )
    changelog = (ROOT / "docs/tables-changelog.md").read_text(encoding="utf-8")
    assert re.search(r"^## (.+)$", changelog, re.MULTILINE)[1] == SCHEMA[0]


def test_every_block_of_python_runs_anywhere_and_prints_on_the_real_archive_what_is_said(
    everything, archive
):
    codes = " ".join(code for code, _ in EXAMPLES)
    assert all(f"import {library}" in codes for library in ("duckdb", "pandas", "polars"))
    assert len(EXAMPLES) == PAGE.count("```python") and "```r\n" in PAGE
    for code, answer in EXAMPLES:
        assert printed(code, everything.data)
        assert printed(code, archive.data) == answer


# datapackage.json

CELLS = {
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": datetime.fromisoformat,
    "datetime": lambda cell: datetime.strptime(cell, MOMENT),
    "integer": int,
    "number": float,
    "string": str,
}


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_data_package_names_every_file_with_its_columns_and_what_they_mean(everything, kind):
    folder = everything.data / kind
    described = read(folder / "datapackage.json")
    files = {path.name for path in folder.iterdir() if path.suffix != ".json"}
    assert {resource["path"] for resource in described["resources"]} == files
    for resource in described["resources"]:
        fields = resource["schema"]["fields"]
        columns = everything.ask(f"select column_name from (describe {resource['name']})")
        assert [field["name"] for field in fields] == [name for (name,) in columns]
        assert all(field["description"] for field in fields), resource["name"]
    assert described["id"] == manifest(everything)["build_id"]
    assert described["version"] == manifest(everything)["data_version"]
    assert "no licence" in described["description"]


def test_every_key_of_a_data_package_holds_in_the_files(everything):
    folder = everything.data / "parquet"
    keys = references = 0
    for resource in read(folder / "datapackage.json")["resources"]:
        rows, schema = f"'{folder / resource['path']}'", resource["schema"]
        if "primaryKey" in schema:
            keys += 1
            key = ", ".join(schema["primaryKey"])
            assert not everything.ask(
                f"from {rows} select {key} group by all having count(*) > 1"
            )
        for reference in schema.get("foreignKeys", []):
            references += 1
            (column,), (to,) = reference["fields"], reference["reference"]["fields"]
            there = f"'{folder / reference['reference']['resource']}.parquet'"
            assert not everything.ask(
                f"from {rows} as here anti join {there} as there on here.{column} = there.{to} "
                f"where {column} is not null"
            )
    assert keys > 20 and references > 10


# CSV

TRIGGERS = tuple("=+-@＝＋－＠")


def test_a_name_that_is_no_formula_stays_as_it_is():
    for alias in ["S-P-", "a=b", "me@work", "007", "名前", "'quoted'", "", "NULL"]:
        assert harmless(alias) == alias


@given(
    st.sampled_from(["\t=1+1", " =1+1", "a\n=1+1", "-1lhRLeeRTCRUGoxx3ybDA", 'a,"=1+1'])
    | st.text(alphabet="=+-@＝;,\t\r\n\"' a1")
)
def test_no_name_is_a_formula_whatever_a_spreadsheet_takes_for_the_separator(name):
    assert harmless(name).replace("'", "") == name.replace("'", "")
    line = io.StringIO()
    csv.writer(line).writerow([harmless(name)])
    for naive in (
        *re.split(r"[;,\t\r\n]", line.getvalue()),
        *next(csv.reader([line.getvalue()])),
    ):
        assert not naive.strip().lstrip('" \t').startswith(TRIGGERS)


def test_the_csv_files_hold_the_winner_tables_row_for_row_and_type_for_type(everything):
    folder = everything.data / "csv"
    described = {r["name"]: r for r in read(folder / "datapackage.json")["resources"]}
    assert set(described) == set(TABLES)
    for table in TABLES:
        body = (folder / f"{table}.csv").read_bytes()
        assert body.startswith(b"\xef\xbb\xbf"), "without the mark Excel garbles names"
        _, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        expected = everything.ask(f"select columns(*)::varchar from {table}")
        assert [[cell.removeprefix("'") for cell in row] for row in rows] == [
            [cell or "" for cell in row] for row in expected
        ]
        types = [CELLS[field["type"]] for field in described[table]["schema"]["fields"]]
        for row in rows:
            for as_type, cell in zip(types, row, strict=True):
                assert cell == "" or as_type(cell) is not None
        assert len(rows) > 2


# Descriptions


@pytest.fixture(scope="module")
def page(everything, tmp_path_factory) -> str:
    """dbt's own documentation, as `make docs` leaves it."""
    to = tmp_path_factory.mktemp("docs")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(documentation, "run", run_dbt_warm)
        documentation.document(everything.data, to / "docs")
    assert everything.publish().returncode == 0, "the record of the build is left alone"
    return (to / "docs/index.html").read_text(encoding="utf-8")


def test_every_published_table_and_column_is_described_everywhere_grain_first(
    everything, tables, page
):
    described = published_tables(dbt_manifest(everything))
    assert [table.name for table in described] == tables
    site = everything.data / "site"
    for table in described:
        columns = [row[0] for row in everything.ask(f"describe {table.name}")]
        assert re.match(r"One row per \w", table.description), table.name
        assert list(filter(table.columns.get, columns)) == columns, table.name
        # As comments in the database,
        where = f"where schema_name = 'main' and table_name = '{table.name}'"
        comments = everything.ask(f"select column_name, comment from duckdb_columns() {where}")
        assert dict(comments) == table.columns
        comment = everything.ask(f"select comment from duckdb_tables() {where}")
        assert comment == [(table.description,)]
        # on the site, and in dbt's own documentation.
        shown = Parsed(site / f"table-{table.name}.html")
        text = "".join(shown.text)
        assert set(table.columns) <= set(shown.ids()) and table.sql in text
        assert f'href="table-{table.name}.html"' in (site / "tables.html").read_text()
        for words in (table.description, *table.columns.values()):
            assert words.replace("`", "") in text, table.name
            assert json.dumps(words)[1:-1] in page


def test_the_documentation_names_no_folder_and_asks_no_other_host_for_anything(
    everything, page
):
    for folder in (everything.data, everything.project, ROOT, Path.home() / ""):
        assert f"{folder}/" not in page
        assert f'{folder}"' not in page
    tags = re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=[\"'](\w+:|//)", page)
    assert not tags
    # The page has a tracker in it, which it starts only where this says true.
    assert re.findall(r'"send_anonymous_usage_stats": (\w+)', page) == ["false"]


def test_the_exposures_name_what_is_published_and_all_of_it_is_public(everything, tables):
    found = dbt_manifest(everything)
    uses = {
        exposure["name"]: {node.split(".")[2] for node in exposure["depends_on"]["nodes"]}
        for exposure in found["exposures"].values()
    }
    assert uses.keys() >= {"parquet_files", "site"}
    assert uses["parquet_files"] == set(tables), (
        "models/exposures.yml lists every published table"
    )
    assert all(used <= set(tables) for used in uses.values())
    models = [n for n in found["nodes"].values() if n["resource_type"] == "model"]
    assert {n["access"] for n in models if n["schema"] == "main"} == {"public"}
