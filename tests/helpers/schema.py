"""The published columns as a committed file, so that none changes unnoticed.

`python -m tests.helpers.schema DATA/parquet/manifest.json` writes it; test_exports.py compares.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from tests.helpers.pipeline import ROOT

FILE = ROOT / "tests/publish/published_schema.json"
# {"version": …, "tables": {table: {column: type}}}
Schema = dict


def committed() -> Schema:
    return json.loads(FILE.read_text(encoding="utf-8"))


def published(manifest: Path) -> Schema:
    """The version and the columns that a parquet/manifest.json tells of."""
    about = json.loads(manifest.read_text(encoding="utf-8"))
    return {
        "version": about["schema_version"],
        "tables": {
            name: {column["name"]: column["type"] for column in table["columns"]}
            for name, table in about["tables"].items()
        },
    }


def newest_entry() -> str:
    """The version on top of docs/tables-changelog.md."""
    return re.findall(
        r"^## (.+)$",
        (ROOT / "docs/tables-changelog.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )[0]


def differences(old: Schema, new: Schema) -> list[str]:
    """What a reader of the old tables would notice, a line each."""

    def columns(schema: Schema) -> dict[str, str]:
        return {
            f"{table}.{column}": kind
            for table, kinds in schema["tables"].items()
            for column, kind in kinds.items()
        }

    before, after = columns(old), columns(new)
    return [
        f"{name}: {before.get(name, 'nothing')} became {after.get(name, 'nothing')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def main() -> None:
    new = published(Path(sys.argv[1]))
    if FILE.exists():
        old = committed()
        changes = differences(old, new)
        if changes and old["version"] == new["version"]:
            sys.exit(
                f"Expected a new version in dbt_project.yml for {len(changes)} changes, found "
                f"{new['version']} as before:\n" + "\n".join(changes) + "\nGive it one, and "
                f"an entry in docs/tables-changelog.md. (Nobody has {new['version']} yet? Delete "
                f"{FILE.name} and run again.)"
            )
    FILE.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
