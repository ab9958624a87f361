"""The published tables, as dbt's manifest describes them: a new mart needs no line here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SCHEMA = "main"
REF = re.compile(r"ref\('(?P<model>\w+)'\)")


@dataclass(frozen=True)
class PublishedTable:
    """A table that readers may rely on; `columns` maps each described column to its words.

    made_of, goes_into: the tables one step before and after it, as `layer.name`. sql: the
    model as it is written. primary_key: its columns, of the model's contract. foreign_keys:
    what its `relationships` tests check, in the words
    of a Data Package.
    """

    name: str
    description: str
    columns: dict[str, str]
    made_of: list[str] = field(default_factory=list)
    goes_into: list[str] = field(default_factory=list)
    sql: str = ""
    primary_key: list[str] = field(default_factory=list)
    foreign_keys: list[dict] = field(default_factory=list)


def published_tables(manifest: dict) -> list[PublishedTable]:
    """All models of schema `main`, by name.

    manifest: dbt's target/manifest.json.
    """
    return [
        PublishedTable(
            node["alias"],
            node["description"].strip(),
            {name: column["description"].strip() for name, column in node["columns"].items()},
            _names(manifest, manifest["parent_map"][node["unique_id"]]),
            _names(manifest, manifest["child_map"][node["unique_id"]]),
            node["raw_code"].strip(),
            primary_key(node),
            _foreign_keys(manifest, node["unique_id"]),
        )
        for node in sorted(_published(manifest), key=lambda node: node["alias"])
    ]


def _names(manifest: dict, unique_ids: list[str]) -> list[str]:
    """The tables among these nodes, without tests and exposures."""
    known = manifest["nodes"] | manifest["sources"]
    found = {
        f"{known[name]['schema']}.{known[name]['name']}"
        for name in unique_ids
        if name in known and known[name]["resource_type"] in ("model", "seed", "source")
    }
    return sorted(found)


def primary_key(node: dict) -> list[str]:
    """The columns of the primary key in a model's contract; none of another node."""
    keys = [
        each["columns"]
        for each in node.get("constraints", [])
        if each["type"] == "primary_key"
    ]
    return keys[0] if keys else []


def _foreign_keys(manifest: dict, unique_id: str) -> list[dict]:
    found = []
    for test in manifest["nodes"].values():
        about = test.get("test_metadata") or {}
        if about.get("name") == "relationships" and test.get("attached_node") == unique_id:
            given = about["kwargs"].get("arguments") or about["kwargs"]
            referred = REF.search(given["to"])
            if referred:
                to = {"resource": referred["model"], "fields": [given["field"]]}
                found.append({"fields": [about["kwargs"]["column_name"]], "reference": to})
    return sorted(found, key=lambda key: key["fields"])


def schema_version(manifest: dict) -> str:
    """The version of the published tables and columns, from dbt_project.yml."""
    (version,) = {node["config"]["meta"]["schema_version"] for node in _published(manifest)}
    return version


def _published(manifest: dict) -> list[dict]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == SCHEMA
    ]
