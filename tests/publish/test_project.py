"""What a tool that reads the project, not its data, finds in dbt's manifest and in its SQL.

`.ci/evaluate` asks dbt-project-evaluator, which asks more and needs a network.
"""

from __future__ import annotations

import json
import re

import pytest
import sqlglot

# An implementation for one engine has the description of the macro that calls it.
OF_ONE_ENGINE = re.compile(r"(default|duckdb|spark)__")


@pytest.fixture(scope="module")
def manifest(everything) -> dict:
    return json.loads((everything.data / "build/target/manifest.json").read_text("utf-8"))


def models(manifest: dict, layer: str = "") -> list[dict]:
    found = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and layer in ("", node["fqn"][1])
    ]
    assert found
    return found


def test_every_model_says_what_a_row_is_and_has_an_owner(manifest):
    for model in models(manifest):
        assert re.match(r"One row( per |, )", model["description"]), model["name"]
        group = manifest["groups"][f"group.deepracer_league.{model['config']['group']}"]
        assert group["owner"]["name"]
        # So a column that is in its SQL or its YAML alone stops the build.
        assert model["contract"]["enforced"] or model["schema"] != "main", model["name"]


def test_a_model_reads_from_the_layer_before_it_or_its_own(manifest):
    before = {
        "staging": {"source"},
        "intermediate": {"staging", "intermediate", "seed"},
        "marts": {"staging", "intermediate", "marts", "seed"},
    }
    for layer, allowed in before.items():
        for model in models(manifest, layer):
            read = [
                manifest["nodes"].get(name, {"resource_type": "source"})
                for name in model["depends_on"]["nodes"]
            ]
            kinds = {
                node["fqn"][1] if node["resource_type"] == "model" else node["resource_type"]
                for node in read
            }
            assert kinds <= allowed, model["name"]


def test_every_macro_and_each_of_its_arguments_is_described(manifest):
    described = 0
    for macro in manifest["macros"].values():
        name = macro["name"]
        if macro["package_name"] != "deepracer_league" or OF_ONE_ENGINE.match(name):
            continue
        written = re.search(rf"macro {name}\((.*?)\)", macro["macro_sql"], re.DOTALL)[1]
        arguments = [each.partition("=")[0].strip() for each in written.split(", ")]
        assert macro["description"], name
        assert [each["name"] for each in macro["arguments"]] == list(filter(None, arguments))
        assert all(each["type"] and each["description"] for each in macro["arguments"]), name
        described += 1
    assert described > 30


def test_another_parser_reads_all_compiled_sql(everything):
    files = list((everything.data / "build/target/compiled/deepracer_league").rglob("*.sql"))
    read = [file for file in files if file.parent.name != "hooks"]
    assert len(read) > 50
    for file in read:
        (statement,) = sqlglot.parse(file.read_text(encoding="utf-8"), dialect="duckdb")
        assert not isinstance(statement, sqlglot.exp.Command), file.name
