"""Everything published is described, in the web page, the database and the manifest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from publish.tables import PublishedTable, published_tables
from tests.helpers.pipeline import ROOT, Pipeline
from tests.helpers.site import Parsed


def dbt_manifest(league: Pipeline) -> dict:
    return json.loads((league.data / "build/target/manifest.json").read_text(encoding="utf-8"))


def not_described(table: PublishedTable, columns: list[str]) -> list[str]:
    """What a reader of the table is not told, a sentence each."""
    problems = []
    if not re.match(r"One row per \w", table.description):
        problems.append(f'{table.name}: expected "One row per …", found {table.description!r}')
    return problems + [
        f"{table.name}.{column}: no description"
        for column in columns
        if not table.columns.get(column)
    ]


@pytest.fixture(scope="module")
def page(everything, tmp_path_factory) -> str:
    """dbt's own documentation, as `make docs` leaves it."""
    to = tmp_path_factory.mktemp("docs")
    done = everything.run("python", "-m", "league", "docs", "--to", str(to / "docs"))
    assert done.returncode == 0, done.stderr
    return (to / "docs/index.html").read_text(encoding="utf-8")


def test_every_published_table_and_column_is_described_grain_first(everything):
    tables = published_tables(dbt_manifest(everything))
    assert [table.name for table in tables] == [
        name for (name,) in everything.ask("show tables")
    ]
    for table in tables:
        columns = [row[0] for row in everything.ask(f"describe {table.name}")]
        assert not not_described(table, columns)


def test_a_missing_description_and_a_missing_grain_are_found():
    table = PublishedTable("cars", "All cars.", {"alias": "The name.", "race": ""})
    assert len(not_described(table, ["alias", "race", "season"])) == 3


def test_descriptions_are_comments_in_the_database(everything):
    for table in published_tables(dbt_manifest(everything)):
        assert everything.ask(
            f"select comment from duckdb_tables() "
            f"where schema_name = 'main' and table_name = '{table.name}'"
        ) == [(table.description,)]
        assert (
            dict(
                everything.ask(
                    "select column_name, comment from duckdb_columns() "
                    f"where schema_name = 'main' and table_name = '{table.name}'"
                )
            )
            == table.columns
        )


def test_the_site_describes_every_table_and_column(everything):
    site = everything.data / "site"
    for table in published_tables(dbt_manifest(everything)):
        page = Parsed(site / f"table-{table.name}.html")
        text = "".join(page.text)
        for words in (table.description, *table.columns.values()):
            assert words.replace("`", "") in text, table.name
        assert set(table.columns) <= set(page.ids())
        assert table.sql in text
        assert f'href="table-{table.name}.html"' in (site / "tables.html").read_text()


def test_the_page_holds_every_description(everything, page):
    for table in published_tables(dbt_manifest(everything)):
        for words in (table.description, *table.columns.values()):
            assert json.dumps(words)[1:-1] in page


def test_the_page_names_no_folder_of_this_machine(everything, page):
    for folder in (everything.data, everything.project, ROOT, Path.home() / ""):
        assert f"{folder}/" not in page
        assert f'{folder}"' not in page


def test_the_page_asks_no_other_host_for_anything(page):
    tags = re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=[\"'](\w+:|//)", page)
    assert not tags
    # The page has a tracker in it, which it starts only where this says true.
    assert re.findall(r'"send_anonymous_usage_stats": (\w+)', page) == ["false"]


def test_making_the_page_leaves_the_record_of_the_build_alone(everything):
    assert everything.publish().returncode == 0


def test_the_exposures_name_what_is_published(everything):
    manifest = dbt_manifest(everything)
    uses = {
        exposure["name"]: {node.split(".")[2] for node in exposure["depends_on"]["nodes"]}
        for exposure in manifest["exposures"].values()
    }
    assert uses.keys() >= {"parquet_files", "site"}
    published = {table.name for table in published_tables(manifest)}
    assert uses["parquet_files"] == published, (
        "models/exposures.yml lists every published table"
    )
    assert all(used <= published for used in uses.values())


def test_all_published_tables_are_public(everything):
    manifest = dbt_manifest(everything)
    published = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] == "main"
    }
    assert {node["access"] for node in published.values()} == {"public"}
