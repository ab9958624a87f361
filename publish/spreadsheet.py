"""The winner tables, and why not the others, as CSV that a spreadsheet opens without harm.

An alias is whatever a racer typed, and a spreadsheet computes what begins with `=`. So a
text that could be taken for a formula gets an apostrophe in front, as OWASP advises
(https://owasp.org/www-community/attacks/CSV_Injection), a UserId with a leading `-` too.
The Parquet files hold the text as it is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from league.text import for_spreadsheet
from publish.database import open_published, read_artifact
from publish.datapackage import write_datapackage

TABLES = (
    "championship_qualifiers",
    "wildcard_qualifiers",
    "evo_winners",
    "finale_lineups",
    "prize_winners",
    "prize_decisions",
)


def write_csv(database: Path, to: Path, target: Path) -> None:
    """Write one CSV file per table of TABLES, and datapackage.json, into the empty folder `to`.

    target: dbt's target folder of the build, which describes the tables.
    """
    with open_published(database) as opened:
        for table in TABLES:
            rows = opened.execute(f"from {table}")
            header = [column[0] for column in rows.description]
            write_rows(to / f"{table}.csv", header, rows.fetchall())
        write_datapackage(opened, read_artifact(target / "manifest.json"), to, "csv")


def write_rows(file: Path, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a CSV file in UTF-8 with a byte order mark, without which Excel garbles names."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(
            [cell if type(cell) is int else harmless(cell) for cell in row] for row in rows
        )


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula. Only a text can be taken for one."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return for_spreadsheet(cell) if isinstance(cell, str) else cell
