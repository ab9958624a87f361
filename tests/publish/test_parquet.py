"""What readers of the Parquet files may rely on."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import duckdb
import pytest

from ingest.source import public_source
from tests.helpers import schema
from tests.helpers.pipeline import ROOT, Pipeline, contents
from tests.helpers.readme import PYTHON, printed

PAGE = (ROOT / "docs/exporting.md").read_text(encoding="utf-8")
EXAMPLES = [(example["code"], example["answer"]) for example in PYTHON.finditer(PAGE)]


def manifest(league: Pipeline) -> dict:
    return json.loads((league.data / "parquet/manifest.json").read_text(encoding="utf-8"))


def tables(league: Pipeline) -> list[str]:
    return [name for (name,) in league.ask("show tables")]


def test_every_published_table_is_a_file_and_nothing_else_is(everything):
    files = {path.name for path in (everything.data / "parquet").iterdir()}
    assert files == {f"{table}.parquet" for table in tables(everything)} | {
        "datapackage.json",
        "manifest.json",
    }
    assert len(files) > 10


def test_a_file_has_the_columns_types_rows_and_order_of_its_table(everything):
    for table in tables(everything):
        file = everything.data / f"parquet/{table}.parquet"
        for question in ("describe from {}", "from {}"):
            assert everything.ask(question.format(f"'{file}'")) == everything.ask(
                question.format(table)
            ), table


def test_an_empty_table_is_a_file_without_rows_and_with_the_right_columns(everything):
    file = everything.data / "parquet/prize_changes.parquet"
    assert everything.ask(f"select count(*) from '{file}'") == [(0,)]
    columns = dict(everything.ask(f"select column_name, column_type from (describe '{file}')"))
    assert columns["season"] == "INTEGER"
    assert columns["sentence"] == "VARCHAR"
    assert manifest(everything)["tables"]["prize_changes"]["rows"] == 0


def test_files_are_compressed_with_zstd(everything):
    used = everything.ask(
        f"select distinct compression from parquet_metadata('{everything.data}/parquet/*.parquet')"
    )
    assert used == [("ZSTD",)]


def test_the_manifest_says_what_each_file_holds(everything):
    about = manifest(everything)
    assert list(about["tables"]) == tables(everything)
    for name, table in about["tables"].items():
        body = (everything.data / "parquet" / table["file"]).read_bytes()
        assert table["bytes"] == len(body)
        assert table["sha256"] == hashlib.sha256(body).hexdigest()
        assert [(table["rows"],)] == everything.ask(f"select count(*) from {name}")
        assert table["description"].startswith("One row per ")
        assert all(column["type"] and column["description"] for column in table["columns"])


def test_the_manifest_says_where_it_is_from_and_names_no_folder(everything):
    about = manifest(everything)
    assert about["upstream"]["source"] == "a local copy"
    assert about["packages"]["duckdb"] == duckdb.__version__
    for moment in (about["built_at_utc"], about["upstream"]["loaded_at_utc"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
    assert about["built_at_utc"] >= about["upstream"]["loaded_at_utc"]
    text = json.dumps(about)
    assert not [
        folder for folder in (everything.data, ROOT, Path.home()) if str(folder) in text
    ]


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


def test_a_fictional_season_says_so_in_the_manifest_and_in_every_file(everything):
    assert manifest(everything)["is_fictional"] is True
    for file in (everything.data / "parquet").glob("*.parquet"):
        about = dict(
            everything.ask(
                f"select decode(key), decode(value) from parquet_kv_metadata('{file}')"
            )
        )
        assert about["is_fictional"] == "true"
        assert about["schema_version"] == manifest(everything)["schema_version"]


def test_the_real_seasons_are_not_called_fictional(archive):
    assert manifest(archive)["is_fictional"] is False


def test_a_new_mart_is_exported_without_another_edit(league):
    mart = league.project / "models/marts/fastest_laps.sql"
    mart.write_text("select 1 as season, [1.5, null] as laps")
    assert league.build_again("fastest_laps").returncode == 0
    done = league.publish("--everything")
    assert done.returncode == 0, done.stderr
    file = league.data / "parquet/fastest_laps.parquet"
    assert league.ask(f"select season, len(laps) from '{file}'") == [(1, 2)]
    assert [c["name"] for c in manifest(league)["tables"]["fastest_laps"]["columns"]] == [
        "season", "laps",
    ]  # fmt: skip


def test_publishing_again_is_quiet_in_a_pipe_and_gives_the_same_bytes(league):
    """Nothing comes back of what a killed run left behind."""
    before = contents(league.data / "parquet")
    leftover = league.data / "releases/9/parquet/old.parquet"
    leftover.parent.mkdir(parents=True)
    leftover.write_text("half")
    done = league.publish("--everything")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Writing" not in done.stdout
    assert "\x1b" not in done.stdout
    assert contents(league.data / "parquet") == before


def test_after_a_failed_test_everything_is_as_it_was(league):
    """A car too many in a round: the models build, the test on them fails."""
    before = contents(league.data, "league.duckdb", "parquet", "csv", "site")
    place = league.published.stat().st_ino
    model = league.project / "models/intermediate/int_awards.sql"
    model.write_text(model.read_text().replace("<= line.quota", "<= line.quota + 1"))
    select = ("--select", "int_awards", "prizes_follow_their_rules")
    built = league.build("--exclude-resource-type", "unit_test", *select)
    assert built.returncode == 1
    assert "the quota is" in built.stdout
    done = league.publish("--everything")
    assert done.returncode == 1
    assert "prizes_follow_their_rules (error)" in done.stderr
    assert contents(league.data, "league.duckdb", "parquet", "csv", "site") == before
    assert league.published.stat().st_ino == place


def test_no_published_column_changes_without_a_new_version(everything):
    found = schema.published(everything.data / "parquet/manifest.json")
    assert not schema.differences(schema.committed(), found), (
        "The published columns changed: docs/tables-changelog.md says what to do."
    )
    assert found["version"] == schema.committed()["version"] == schema.newest_entry()


def test_changed_columns_are_not_committed_under_the_old_version(
    everything, tmp_path, monkeypatch
):
    kept = tmp_path / "published_schema.json"
    old = schema.committed()
    del old["tables"]["evo_winners"]["alias"]
    old["tables"]["races"]["season"] = "VARCHAR"
    kept.write_text(json.dumps(old))
    monkeypatch.setattr(schema, "FILE", kept)
    monkeypatch.setattr(sys, "argv", ["", str(everything.data / "parquet/manifest.json")])
    with pytest.raises(SystemExit, match=r"evo_winners\.alias: nothing became VARCHAR"):
        schema.main()
    kept.write_text(json.dumps({**old, "version": "0.9"}))
    schema.main()
    assert "alias" in schema.committed()["tables"]["evo_winners"]


def test_duckdb_pandas_polars_and_r_are_shown_and_every_block_of_python_is_run():
    codes = " ".join(code for code, _ in EXAMPLES)
    assert all(f"import {library}" in codes for library in ("duckdb", "pandas", "polars"))
    assert len(EXAMPLES) == PAGE.count("```python")
    assert "```r\n" in PAGE


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_a_reading_example_runs_anywhere(everything, number):
    assert printed(EXAMPLES[number][0], everything.data)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_a_reading_example_prints_on_the_real_archive_what_is_said(archive, number):
    code, answer = EXAMPLES[number]
    assert printed(code, archive.data) == answer
