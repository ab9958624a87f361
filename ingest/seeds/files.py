"""The files of seeds/ as rows: a sentence for each line that is no row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

# The one in C, where it is installed, takes a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RULES = Path(__file__).parents[2] / "seeds/_seeds.yml"
# What columns were called in version 3 of the tables; a league's own folder may still say so.
FORMER_NAMES = {"one": "singular", "many": "plural"}


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
    may_be_missing: bool = False
    rows: list[Row] = field(default_factory=list)

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def header(self) -> str:
        """The file without rows."""
        return ",".join(self.types) + "\n"


def known_seeds() -> dict[str, Seed]:
    """What may stand in each file, by name; no rows yet."""
    text = RULES.read_text(encoding="utf-8")
    listed = yaml.load(text, LOADER)["seeds"]
    return {
        seed["name"]: Seed(
            seed["name"],
            seed["config"]["column_types"],
            seed["config"]["meta"]["keys"],
            {c["name"]: c.get("config", {}).get("meta", {}) for c in seed["columns"]},
            seed["config"]["meta"].get("may_be_missing", False),
        )
        for seed in listed
    }


def read(seed: Seed, folder: Path) -> Iterator[str]:
    """Fill the seed's rows; gives a sentence for each line that is no row."""
    wanted = seed.header.strip()
    path = folder / seed.file
    # A bare dbt reads this project's own files as they are.
    is_own = folder.resolve() == RULES.parent
    if not path.is_file() and seed.may_be_missing and not is_own:
        return
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
        if not is_own:
            header = _with_names_of_today(header)
        optional = {
            column
            for column, rule in seed.columns.items()
            if rule.get("may_be_missing") and not is_own
        }
        if len(set(header)) < len(header) or not (
            set(seed.types) - optional <= set(header) <= set(seed.types)
        ):
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


def completed(seed: Seed, folder: Path) -> str:
    """The text of a seed's file, with the names of today and the columns that it may lack,
    empty; the header alone where the file may be missing and is."""
    path = folder / seed.file
    if not path.is_file():
        return seed.header
    text = path.read_bytes().decode("utf-8")
    written, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = _with_names_of_today(written)
    lacking = [column for column in seed.types if column not in header]
    if header == written and not lacking:
        return text
    to = io.StringIO(newline="")
    lines = csv.writer(to, lineterminator="\n")
    lines.writerow(header + lacking)
    lines.writerows(row + [""] * len(lacking) for row in rows)
    return to.getvalue()


def _with_names_of_today(header: list[str]) -> list[str]:
    return [FORMER_NAMES.get(name, name) for name in header]


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
