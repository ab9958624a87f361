"""The rows in seeds/ fit together, or a sentence says which does not: file, line, expected.

What a column may say stands in seeds/_seeds.yml; here is how that list is read aloud, and
what takes more than one column to say. A row that fits nothing would lose winners without a
word: a misspelt race lines nobody up, a null quota awards nothing.

`python -m ingest` checks before it loads, and notes what it checked in raw.seeds; dbt builds
only from rows that were checked (macros/require_checked_seeds.sql).
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import duckdb
import yaml

from ingest.errors import IngestError
from ingest.source import ARN

RULES = Path(__file__).parents[1] / "seeds/_seeds.yml"
SAID_AT_ONCE = 20

FORMS = {
    "year": (re.compile(r"[1-9]\d{3}"), "a year like 2021"),
    "code": (
        re.compile(r"(?!all$)[a-z][a-z0-9_]*"),
        "small letters, digits and _, like wildcard_seat, and not all",
    ),
    "arn": (ARN, "an Arn like arn:aws:deepracer:::leaderboard/<name>"),
}
NUMBERS = {
    "integer": (re.compile(r"-?\d{1,9}", re.ASCII), "a whole number"),
    "double": (re.compile(r"-?\d+(\.\d+)?", re.ASCII), "a number"),
    "date": (re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), "a day like 2021-11-16"),
}


class SeedError(IngestError):
    """Rows in seeds/ do not fit together; the message has a sentence a line."""


@dataclass(frozen=True)
class Seeds:
    """All seeds of a folder, checked: `rows[seed]` holds its rows, every cell as text."""

    folder: Path
    rows: dict[str, list[dict[str, str]]]

    def note_checked(self, database: duckdb.DuckDBPyConnection) -> None:
        """Write raw.seeds: one row per seed and the SHA-256 of its file, as dbt counts it."""
        noted = [(seed, _sha256_of_dbt(self.folder / f"{seed}.csv")) for seed in self.rows]
        database.execute("create or replace table raw.seeds (seed varchar, sha256 varchar)")
        database.executemany("insert into raw.seeds values (?, ?)", noted)


@dataclass(frozen=True)
class Row:
    """One row of a seed: where it stands, and its cells as text."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def says(self, problem: str) -> str:
        return f"{self.file}, line {self.line}: {problem}"


@dataclass
class Seed:
    """One file: what may stand in it, by _seeds.yml, and what does."""

    name: str
    types: dict[str, str]
    keys: list[list[str]]
    columns: dict[str, dict]
    rows: list[Row] = field(default_factory=list)

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


def read_seeds(folder: Path) -> Seeds:
    """The seeds of a folder. Raises SeedError where they do not fit together."""
    seeds = _known_seeds()
    files = ", ".join(sorted(seed.file for seed in seeds.values()))
    problems = [
        f"{other.name}: expected only the files {files}."
        for other in sorted(folder.glob("*.csv"))
        if other.stem not in seeds
    ]
    for seed in seeds.values():
        problems += _read(seed, folder)
    if not problems:  # what is not read cannot be compared
        problems = [said for seed in seeds.values() for said in _misfits(seed, seeds)]
        problems += _misfits_of_several_columns(seeds)
    if problems:
        more = len(problems) - SAID_AT_ONCE
        lines = problems[:SAID_AT_ONCE] + ([f"… and {more} more."] if more > 0 else [])
        raise SeedError("\n".join(f"{folder}/{line}" for line in lines))
    return Seeds(folder, {n: [row.cells for row in seed.rows] for n, seed in seeds.items()})


def _sha256_of_dbt(path: Path) -> str:
    """dbt takes the spaces around a file for nothing."""
    return sha256(path.read_bytes().decode("utf-8").strip().encode()).hexdigest()


def _known_seeds() -> dict[str, Seed]:
    listed = yaml.safe_load(RULES.read_text(encoding="utf-8"))["seeds"]
    return {
        seed["name"]: Seed(
            seed["name"],
            seed["config"]["column_types"],
            seed["config"]["meta"]["keys"],
            {c["name"]: c.get("config", {}).get("meta", {}) for c in seed["columns"]},
        )
        for seed in listed
    }


def _read(seed: Seed, folder: Path) -> Iterator[str]:
    """Fill the seed's rows; gives a sentence for each line that is no row."""
    wanted = ",".join(seed.types)
    path = folder / seed.file
    if not path.is_file():
        yield f"{seed.file}: no such file; expected one, if only with the line {wanted}"
        return
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        yield f"{seed.file}, line {line}: is not UTF-8; save the file as CSV UTF-8."
        return
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        if sorted(header) != sorted(seed.types):
            hint = " Save it with commas between the cells." if len(header) == 1 else ""
            yield (
                f"{seed.file}, line 1: expected the columns {wanted}; found "
                f"{','.join(header) or 'nothing'}.{hint}"
            )
            return
        for cells in lines:
            yield from _read_row(seed, header, cells, lines.line_num)
    except csv.Error as error:
        yield f"{seed.file}, line {lines.line_num}: a quotation mark has no other ({error})."


def _read_row(seed: Seed, header: list[str], cells: list[str], line: int) -> Iterator[str]:
    if not any(cells):
        yield f"{seed.file}, line {line}: is blank; delete the line."
    elif len(cells) != len(header):
        yield (
            f"{seed.file}, line {line}: expected {len(header)} cells, found {len(cells)}; a "
            "text with a comma in it stands in quotation marks."
        )
    else:
        row = Row(seed.file, line, dict(zip(header, cells, strict=True)))
        seed.rows.append(row)
        for column, cell in row.cells.items():
            if cell != cell.strip():
                yield row.says(f'{column} is "{cell}"; delete the space around it.')


def _misfits(seed: Seed, seeds: dict[str, Seed]) -> Iterator[str]:
    """A sentence for each cell, and each row, that _seeds.yml does not allow."""
    for row in seed.rows:
        for column, kind in seed.types.items():
            rule, cell = seed.columns[column], row[column]
            expected = None
            if cell or not rule.get("may_be_empty"):
                expected = _wrong_alone(cell, kind, rule) or _missing(row, column, rule, seeds)
            if expected:
                found = f'"{cell}"' if cell else "empty"
                yield row.says(f"{column} is {found}; expected {expected}.")
    for key in seed.keys:
        yield from _twice(seed.rows, key)


def _wrong_alone(cell: str, kind: str, rule: dict) -> str | None:
    """What was expected of a cell, whatever the others say; None where it is right."""
    if "words" in rule:
        return None if cell in rule["words"] else " or ".join(rule["words"])
    if "form" in rule:
        pattern, expected = FORMS[rule["form"]]
        return None if pattern.fullmatch(cell) else expected
    if kind in NUMBERS:
        pattern, expected = NUMBERS[kind]
        least, most = rule.get("at_least"), rule.get("at_most")
        expected += f" from {least} on" if most is None and least is not None else ""
        expected += f" from {least} to {most}" if most is not None else ""
        if not pattern.fullmatch(cell):
            return expected
        too_small = least is not None and float(cell) < least
        return expected if too_small or (most is not None and float(cell) > most) else None
    return None if cell else "a text"


def _missing(row: Row, column: str, rule: dict, seeds: dict[str, Seed]) -> str | None:
    """Where a cell was expected to stand as well; None where it does."""
    if row[column] in rule.get("or", []):
        return None
    for places in [[place] for place in rule.get("stands_in", [])] + (
        [rule["stands_in_one_of"]] if "stands_in_one_of" in rule else []
    ):
        known = {cell for place in places for cell in _cells(place, row["season"], seeds)}
        if row[column] not in known:
            where = " or ".join(
                f"{column} of {name}.csv" for name, column in map(_split, places)
            )
            with_seasons = row["season"] and "season" in seeds[_split(places[0])[0]].types
            season = f" for {row['season']}" if with_seasons else ""
            words = sorted(known | set(rule.get("or", [])))
            found = f" ({', '.join(words)})" if 0 < len(words) <= 12 else ""
            return f"a {where}{season}{found}"
    return None


def _cells(place: str, season: str, seeds: dict[str, Seed]) -> set[str]:
    name, column = _split(place)
    return {
        row[column]
        for row in seeds[name].rows
        if row[column] and (not season or "season" not in row.cells or row["season"] == season)
    }


def _split(place: str) -> tuple[str, str]:
    name, _, column = place.partition(".")
    return name, column


def _twice(rows: list[Row], key: list[str]) -> Iterator[str]:
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        same = first.setdefault(tuple(row[column] for column in key), row)
        if same is not row:
            said = " and ".join(f'{column} "{row[column]}"' for column in key)
            stand = "stands" if len(key) == 1 else "stand together"
            yield row.says(f"{said} {stand} in line {same.line} already; expected once.")


def _misfits_of_several_columns(seeds: dict[str, Seed]) -> Iterator[str]:
    if len(seeds["league"].rows) != 1:
        yield f"league.csv: expected one row, found {len(seeds['league'].rows)}."
    watched = seeds["round_races"].columns["race"]["or"]
    yield from (
        f"{said} Two boards of one race would be one ranking; call the races by two names."
        for said in _twice(
            [row for row in seeds["round_races"].rows if row["race"] not in watched],
            ["season", "round_number", "race"],
        )
    )
    catalogued = set()
    for row in seeds["prizes"].rows:
        if (row["kind"] == "invitation") != bool(row["invites_to"]):
            yield row.says(
                f"kind is {row['kind']} and invites_to is "
                f"{row['invites_to'] or 'empty'}; expected the race it invites to of an "
                "invitation, and of nothing else."
            )
        if row["evidence"] == "catalogue":
            catalogued.add((row["season"], row["prize"]))
    computed = {(row["season"], row["prize"]) for row in seeds["prizes"].rows}
    for row in seeds["not_computable"].rows:
        if (row["season"], row["prize"]) in computed:
            yield row.says(
                f"{row['prize']} of {row['season']} is in prizes.csv; expected a prize that "
                "cannot be computed."
            )
    for row in seeds["exceptions"].rows:
        if (row["season"], row["prize"]) in catalogued:
            yield row.says(
                f"the catalogue names who has {row['prize']} of {row['season']}; expected a "
                "prize that is computed."
            )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m ingest.seeds",
        description="Check the rows in seeds/, so that `dbt build` may build from them.",
        epilog="exit codes: 0 they fit together, 2 wrong arguments, 4 they do not",
    )
    parser.add_argument("--seeds", type=Path, default=os.environ.get("LEAGUE_SEEDS", "seeds"))
    parser.add_argument("--data", type=Path, default=os.environ.get("LEAGUE_DATA", "data"))
    options = parser.parse_args(arguments)
    folder, built = Path(options.seeds), Path(options.data) / "build/league.duckdb"
    try:
        seeds = read_seeds(folder)
    except SeedError as stopped:
        print(stopped, file=sys.stderr)
        return 4
    if built.is_file():
        with duckdb.connect(str(built)) as database:
            seeds.note_checked(database)
    print(f"The rows in {folder} fit together.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
