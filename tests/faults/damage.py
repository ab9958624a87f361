"""Ways to damage a CSV file, by name; which damage exactly comes from a seed.

Of a file without rows, or without the column that is meant, the file itself may come back.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from random import Random

Rows = list[list[str]]
Damage = Callable[[bytes, Random], bytes]


def damaged(whole: Sequence[bytes], count: int, seed: str) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files and what was done to them; each kind equally often."""
    chance = Random(seed)
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        yield kind, KINDS[kind](chance.choice(whole), chance)


def insert(body: bytes, chance: Random, what: bytes) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + what + body[at:]


def flip(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]


def lose(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + body[at + chance.randint(1, 300) :]


def cut_at_line(body: bytes, chance: Random) -> bytes:
    lines = body.splitlines(keepends=True)
    return b"".join(lines[: chance.randint(1, max(1, len(lines) - 1))])


def some_crlf(body: bytes, chance: Random) -> bytes:
    lines = body.splitlines(keepends=True)
    return b"".join(chance.choice([line, line.replace(b"\n", b"\r\n")]) for line in lines)


OTHER_FILES = [
    b"<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n",
    b'{"message": "API rate limit exceeded", "Rank": 1}\n',
    b"404: Not Found",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
    bytes(range(256)) * 2,
]
BYTES: dict[str, Damage] = {
    "byte flipped": flip,
    "bytes lost": lose,
    "cut anywhere": lambda body, chance: body[: chance.randrange(len(body) + 1)],
    "cut at the end of a line": cut_at_line,
    "two files in one": lambda body, chance: (
        body + chance.choice([body, body.partition(b"\n")[2]])
    ),
    "a quote too many": lambda body, chance: insert(body, chance, b'"'),
    "a NUL": lambda body, chance: insert(body, chance, b"\0"),
    "a byte that is not UTF-8": lambda body, chance: insert(body, chance, b"\xff"),
    "a carriage return alone": lambda body, chance: insert(body, chance, b"\r"),
    "a newline too many": lambda body, chance: insert(body, chance, b"\n"),
    "a separator too many": lambda body, chance: insert(body, chance, b","),
    "a byte order mark": lambda body, chance: b"\xef\xbb\xbf" + body,
    "UTF-16": lambda body, chance: body.decode().encode("utf-16"),
    "CRLF": lambda body, chance: body.replace(b"\n", b"\r\n"),
    "CRLF now and then": some_crlf,
    "no newline at the end": lambda body, chance: body.rstrip(b"\n"),
    "blank lines at the end": lambda body, chance: body + b"\n" * chance.randint(1, 3),
    "nothing": lambda body, chance: chance.choice([b"", b"\n", b" \n\t\n", b"\r\n"]),
    "the header only": lambda body, chance: body.partition(b"\n")[0] + b"\n",
    "no header": lambda body, chance: body.partition(b"\n")[2],
    "semicolons": lambda body, chance: body.replace(b",", b";"),
    "still packed": lambda body, chance: gzip.compress(body, mtime=0),
    "another file": lambda body, chance: chance.choice(OTHER_FILES),
}


# Rows, header first: changed in place.


def double_line(rows: Rows, chance: Random) -> None:
    at = chance.randrange(1, len(rows))
    rows.insert(at, list(rows[at]))


def shuffle_lines(rows: Rows, chance: Random) -> None:
    rows[1:] = chance.sample(rows[1:], len(rows) - 1)


def drop_column(rows: Rows, chance: Random) -> None:
    at = chance.randrange(len(rows[0]))
    for row in rows:
        del row[at]


def swap(rows: Rows, chance: Random) -> None:
    one, other = chance.choices(range(len(rows[0])), k=2)
    for row in rows:
        row[one], row[other] = row[other], row[one]


def swap_identity(rows: Rows, chance: Random) -> None:
    names = {"UserId": "Alias", "Alias": "UserId", "Arn": "Name", "Name": "Arn"}
    rows[0] = [names.get(name, name) for name in rows[0]]


def rename(rows: Rows, chance: Random) -> None:
    at = chance.randrange(len(rows[0]))
    name = rows[0][at]
    names = [name.lower(), name.upper(), f" {name}", "", "Shoe size", "a" * 5000, *ODD_NAMES]
    rows[0][at] = chance.choice(names)


def add_column(rows: Rows, chance: Random) -> None:
    at, name = chance.randint(0, len(rows[0])), chance.choice(rows[0])
    names = [name, name.lower(), name.upper(), "", "Weather", *ODD_NAMES]
    for number, row in enumerate(rows):
        row.insert(at, str(number) if number else chance.choice(names))


def many_columns(rows: Rows, chance: Random) -> None:
    del rows[chance.randint(1, 2) :]
    for number, row in enumerate(rows):
        row += ["1"] * 1_000_000 if number else [f"c{at}" for at in range(1_000_000)]


def repeat_cell(*names: str) -> Callable[[Rows, Random], None]:
    def repeat(rows: Rows, chance: Random) -> None:
        at = column(rows, chance, names)
        chance.choice(rows[1:])[at] = chance.choice(rows[1:])[at]

    return repeat


def column(rows: Rows, chance: Random, names: Sequence[str]) -> int:
    """The first of these columns that the file has, or any."""
    found = [rows[0].index(name) for name in names if name in rows[0]]
    return found[0] if found else chance.randrange(len(rows[0]))


# Columns that meet ours, or the columns of provenance.
ODD_NAMES = [
    "source_row", "source_file", "leaderboard_arn", "loaded_at_utc", "origin_row", "place",
    "user_id", "first_snapshot", "other_columns", "c0", "a,b", 'a"b', "a\nb", "it's", "Größe",
    "'); drop table history.file; --", "select", "{{ 7 * 7 }}",
]  # fmt: skip
RANK, RACER, NAME = ("Rank",), ("UserId", "Arn"), ("Alias", "Name")
ROWS: dict[str, Callable[[Rows, Random], object]] = {
    "a line doubled": double_line,
    "a line lost": lambda rows, chance: rows.pop(chance.randrange(1, len(rows))),
    "lines in another order": shuffle_lines,
    "the header again": lambda rows, chance: rows.insert(
        chance.randrange(1, len(rows) + 1), list(rows[0])
    ),
    "a cell too many": lambda rows, chance: chance.choice(rows[1:]).append("7"),
    "a cell too few": lambda rows, chance: chance.choice(rows[1:]).pop(),
    "a column dropped": drop_column,
    "two columns swapped": swap,
    "two names swapped": lambda rows, chance: swap(rows[:1], chance),
    "UserId and Alias swapped in the header": swap_identity,
    "a column renamed": rename,
    "a column more": add_column,
    "a million columns": many_columns,
    "a rank doubled": repeat_cell(*RANK),
    "two racers with one UserId": repeat_cell(*RACER),
}

# Written into a cell of the first of these columns that the file has.
CELLS = {
    "a rank missing": (RANK, ["", " "]),
    "a rank negative": (RANK, ["-1", "-0", "0"]),
    "a rank that is no number": (
        RANK, ["x", "1st", "1.0", "1e3", "０１", "٣", "¹", "NaN", "+1"],
    ),
    "a rank with another form": (RANK, ["01", " 1", "1 ", "0x1", "1_000"]),
    "a rank too great": (RANK, ["99", "9223372036854775807", "9" * 19, "9" * 40]),
    "a racer who is nobody": (RACER, ["", " ", "NULL", "nan", "None"]),
    "a racer who is SQL": (
        RACER, ["'; drop table history.file; --", "' or 1=1 --", "$1", "?"],
    ),
    "a racer who is HTML": (
        RACER, ["<script>alert(1)</script>", "&lt;b&gt;", '"><img src=x>'],
    ),
    "a racer who is a path": (RACER, ["../../../etc/passwd", "C:\\con", "~/.ssh", "a/b"]),
    "a name that is a formula": (NAME, ["=1+1", "@SUM(A1)", "+1", "-1", '=HYPERLINK("x")']),
    "a name with signs": (
        NAME, ["a\u202eb", "\ufeffa", "a\x07b", "a\x1b[31mb", "\u200b", "e\u0301"],
    ),
    "a name over two lines": (NAME, ["a\nb", "a\r\nb", "a\rb", "\n", 'a "b"\nc']),
    "a cell of a megabyte": ((), ["x" * 1_000_000, "x," * 600_000, '"' * 500_000]),
}  # fmt: skip


def _on_rows(change: Callable[[Rows, Random], object]) -> Damage:
    def damage(body: bytes, chance: Random) -> bytes:
        rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
        change(rows, chance)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()

    return damage


def _put(names: Sequence[str], values: Sequence[str]) -> Damage:
    def put(rows: Rows, chance: Random) -> None:
        chance.choice(rows[1:])[column(rows, chance, names)] = chance.choice(values)

    return _on_rows(put)


KINDS = (
    BYTES
    | {kind: _on_rows(change) for kind, change in ROWS.items()}
    | {kind: _put(*cell) for kind, cell in CELLS.items()}
)
