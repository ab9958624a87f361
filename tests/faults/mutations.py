"""Break a CSV file: every kind of damage by name, which damage exactly from a seed.

    for mutant in mutants([body, other_body], 1000, seed=7):
        mutant.kind, mutant.body

The kinds take turns, so that each is met equally often. What they make of a file without
rows, or without the column they would damage, may be the file itself.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

Rows = list[list[str]]
Damage = Callable[[bytes, random.Random], bytes]


class Mutant(NamedTuple):
    """A damaged file: `number` counts from 0, `kind` is one of `KINDS`."""

    number: int
    kind: str
    body: bytes


KINDS: dict[str, Damage] = {}


def mutants(bodies: Sequence[bytes], count: int, seed: int) -> Iterator[Mutant]:
    """`count` damaged files, made of the given whole ones; the same seed, the same files."""
    chance = random.Random(seed)
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield Mutant(number, kind, KINDS[kind](chance.choice(bodies), chance))


def damage_to_bytes(kind: str) -> Callable[[Damage], Damage]:
    def keep(damage: Damage) -> Damage:
        KINDS[kind] = damage
        return damage

    return keep


def damage_to_rows(kind: str) -> Callable[[Callable[[Rows, random.Random], None]], None]:
    """Damage that is told as cells: the rows, header first, are changed in place."""

    def keep(damage: Callable[[Rows, random.Random], None]) -> None:
        def on_bytes(body: bytes, chance: random.Random) -> bytes:
            rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
            if len(rows) < 2:
                return body
            damage(rows, chance)
            return write(rows)

        KINDS[kind] = on_bytes

    return keep


def write(rows: Rows) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def column(rows: Rows, chance: random.Random, *names: str) -> int:
    """The first of these columns that the file has, or any."""
    found = [rows[0].index(name) for name in names if name in rows[0]]
    return found[0] if found else chance.randrange(len(rows[0]))


def put(kind: str, names: tuple[str, ...], values: Sequence[str]) -> None:
    """A kind of damage that writes one of `values` into a cell of one of these columns."""

    @damage_to_rows(kind)
    def write_value(rows: Rows, chance: random.Random) -> None:
        chance.choice(rows[1:])[column(rows, chance, *names)] = chance.choice(values)


def insert(body: bytes, chance: random.Random, what: bytes) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + what + body[at:]


# Bytes.


@damage_to_bytes("byte flipped")
def flip(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body)) if body else 0
    flipped = bytes([body[at] ^ (1 << chance.randrange(8))]) if body else b""
    return body[:at] + flipped + body[at + 1 :]


@damage_to_bytes("bytes lost")
def lose(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body) + 1)
    return body[:at] + body[at + chance.randint(1, 300) :]


@damage_to_bytes("cut anywhere")
def cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


@damage_to_bytes("cut at the end of a line")
def cut_at_line(body: bytes, chance: random.Random) -> bytes:
    lines = body.splitlines(keepends=True)
    return b"".join(lines[: chance.randint(1, max(1, len(lines) - 1))])


@damage_to_bytes("two files in one")
def twice(body: bytes, chance: random.Random) -> bytes:
    return body + chance.choice([body, body.partition(b"\n")[2]])


damage_to_bytes("a quote too many")(lambda body, chance: insert(body, chance, b'"'))
damage_to_bytes("a NUL")(lambda body, chance: insert(body, chance, b"\0"))
damage_to_bytes("a byte that is not UTF-8")(lambda body, chance: insert(body, chance, b"\xff"))
damage_to_bytes("a carriage return alone")(lambda body, chance: insert(body, chance, b"\r"))
damage_to_bytes("a newline too many")(lambda body, chance: insert(body, chance, b"\n"))
damage_to_bytes("a separator too many")(lambda body, chance: insert(body, chance, b","))
damage_to_bytes("a byte order mark")(lambda body, chance: b"\xef\xbb\xbf" + body)
damage_to_bytes("UTF-16")(lambda body, chance: body.decode().encode("utf-16"))
damage_to_bytes("CRLF")(lambda body, chance: body.replace(b"\n", b"\r\n"))
damage_to_bytes("CRLF now and then")(
    lambda body, chance: b"".join(
        line.replace(b"\n", b"\r\n") if chance.random() < 0.5 else line
        for line in body.splitlines(keepends=True)
    )
)
damage_to_bytes("no newline at the end")(lambda body, chance: body.rstrip(b"\n"))
damage_to_bytes("blank lines at the end")(
    lambda body, chance: body + b"\n" * chance.randint(1, 3)
)
damage_to_bytes("nothing")(
    lambda body, chance: chance.choice([b"", b"\n", b" \n\t\n", b"\r\n"])
)
damage_to_bytes("the header only")(lambda body, chance: body.partition(b"\n")[0] + b"\n")
damage_to_bytes("no header")(lambda body, chance: body.partition(b"\n")[2])
damage_to_bytes("semicolons")(lambda body, chance: body.replace(b",", b";"))
damage_to_bytes("still packed")(lambda body, chance: gzip.compress(body, mtime=0))
damage_to_bytes("another file")(
    lambda body, chance: chance.choice(
        [
            b"<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n",
            b'{"message": "API rate limit exceeded", "Rank": 1}\n',
            b"404: Not Found",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
            bytes(chance.randrange(256) for _ in range(500)),
        ]
    )
)


# Lines.


@damage_to_rows("a line doubled")
def double_line(rows: Rows, chance: random.Random) -> None:
    at = chance.randrange(1, len(rows))
    rows.insert(at, list(rows[at]))


@damage_to_rows("a line lost")
def lose_line(rows: Rows, chance: random.Random) -> None:
    del rows[chance.randrange(1, len(rows))]


@damage_to_rows("lines in another order")
def shuffle_lines(rows: Rows, chance: random.Random) -> None:
    rows[1:] = chance.sample(rows[1:], len(rows) - 1)


@damage_to_rows("the header again")
def header_again(rows: Rows, chance: random.Random) -> None:
    rows.insert(chance.randrange(1, len(rows) + 1), list(rows[0]))


@damage_to_rows("a cell too many")
def cell_more(rows: Rows, chance: random.Random) -> None:
    chance.choice(rows[1:]).append("7")


@damage_to_rows("a cell too few")
def cell_less(rows: Rows, chance: random.Random) -> None:
    chance.choice(rows[1:]).pop()


# Columns.


@damage_to_rows("a column dropped")
def drop_column(rows: Rows, chance: random.Random) -> None:
    at = chance.randrange(len(rows[0]))
    for row in rows:
        del row[at]


@damage_to_rows("two columns swapped")
def swap_columns(rows: Rows, chance: random.Random) -> None:
    for row, (one, other) in zip(rows, [_two(rows, chance)] * len(rows), strict=True):
        row[one], row[other] = row[other], row[one]


@damage_to_rows("two names swapped")
def swap_names(rows: Rows, chance: random.Random) -> None:
    one, other = _two(rows, chance)
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]


@damage_to_rows("UserId and Alias swapped in the header")
def swap_identity(rows: Rows, chance: random.Random) -> None:
    names = {"UserId": "Alias", "Alias": "UserId", "Arn": "Name", "Name": "Arn"}
    rows[0] = [names.get(name, name) for name in rows[0]]


@damage_to_rows("a column renamed")
def rename(rows: Rows, chance: random.Random) -> None:
    at = chance.randrange(len(rows[0]))
    name = rows[0][at]
    rows[0][at] = chance.choice(
        [name.lower(), name.upper(), f" {name}", "", "Shoe size", "a" * 5000, *ODD_NAMES]
    )


@damage_to_rows("a column more")
def add_column(rows: Rows, chance: random.Random) -> None:
    at, name = chance.randint(0, len(rows[0])), chance.choice(rows[0])
    names = [name, name.lower(), name.upper(), "", "Weather", *ODD_NAMES]
    rows[0].insert(at, chance.choice(names))
    for number, row in enumerate(rows[1:]):
        row.insert(at, str(number))


@damage_to_rows("a million columns")
def many_columns(rows: Rows, chance: random.Random) -> None:
    del rows[chance.randint(1, 2) :]
    rows[0] += [f"c{number}" for number in range(1_000_000)]
    for row in rows[1:]:
        row += ["1"] * 1_000_000


def _two(rows: Rows, chance: random.Random) -> tuple[int, int]:
    width = len(rows[0])
    one, other = chance.sample(range(width), 2) if width > 1 else (0, 0)
    return one, other


# Columns that meet ours, or the columns of provenance.
ODD_NAMES = [
    "source_row", "source_file", "leaderboard_arn", "loaded_at_utc", "origin_row", "place",
    "user_id", "first_snapshot", "other_columns", "c0", "a,b", 'a"b', "a\nb", "it's", "Größe",
    "'); drop table history.file; --", "select", "{{ 7 * 7 }}",
]  # fmt: skip


# Cells.

RANK, RACER, NAME = ("Rank",), ("UserId", "Arn"), ("Alias", "Name")
put("a rank missing", RANK, ["", " "])
put("a rank negative", RANK, ["-1", "-0", "0"])
put(
    "a rank that is no number", RANK, ["x", "1st", "1.0", "1e3", "０１", "٣", "¹", "NaN", "+1"]
)
put("a rank with another form", RANK, ["01", " 1", "1 ", "0x1", "1_000"])
put("a rank too great", RANK, ["99", "9223372036854775807", "9" * 19, "9" * 40])
put("a racer who is nobody", RACER, ["", " ", "NULL", "nan", "None"])
put("a racer who is SQL", RACER, ["'; drop table history.file; --", "' or 1=1 --", "$1", "?"])
put("a racer who is HTML", RACER, ["<script>alert(1)</script>", "&lt;b&gt;", '"><img src=x>'])
put("a racer who is a path", RACER, ["../../../etc/passwd", "C:\\con", "~/.ssh", "a/b"])
put("a name that is a formula", NAME, ["=1+1", "@SUM(A1)", "+1", "-1", '=HYPERLINK("x")'])
put(
    "a name with signs",
    NAME,
    ["a\u202eb", "\ufeffa", "a\x07b", "a\x1b[31mb", "\u200b", "e\u0301"],
)
put("a name over two lines", NAME, ["a\nb", "a\r\nb", "a\rb", "\n", 'a "b"\nc'])
put("a cell of a megabyte", (), ["x" * 1_000_000, "x," * 600_000, '"' * 500_000])


@damage_to_rows("a rank doubled")
def double_rank(rows: Rows, chance: random.Random) -> None:
    at = column(rows, chance, *RANK)
    chance.choice(rows[1:])[at] = chance.choice(rows[1:])[at]


@damage_to_rows("two racers with one UserId")
def double_racer(rows: Rows, chance: random.Random) -> None:
    at = column(rows, chance, *RACER)
    chance.choice(rows[1:])[at] = chance.choice(rows[1:])[at]
