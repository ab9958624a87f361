"""The published tables, as dbt's manifest describes them: a new mart needs no line here."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "main"


@dataclass(frozen=True)
class PublishedTable:
    """A table that readers may rely on; `columns` maps each described column to its words."""

    name: str
    description: str
    columns: dict[str, str]


def published_tables(manifest: dict) -> list[PublishedTable]:
    """All models of schema `main`, by name.

    manifest: dbt's target/manifest.json.
    """
    return [
        PublishedTable(
            node["alias"],
            node["description"].strip(),
            {name: column["description"].strip() for name, column in node["columns"].items()},
        )
        for node in sorted(_published(manifest), key=lambda node: node["alias"])
    ]


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
