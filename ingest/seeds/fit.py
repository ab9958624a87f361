"""Whether rows fit together: seeds/_seeds.yml read aloud, a sentence for each row it does not
allow, and what takes more than one column to say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.seeds.files import Row, Seed
from ingest.source import ARN

FORMS = {
    "year": (re.compile(r"[1-9]\d{3}"), "a year like 2021"),
    "code": (
        re.compile(r"(?!all$)[a-z][a-z0-9_]*"),
        "small letters, digits and _, like wildcard_seat, and not all",
    ),
    "address": (re.compile(r"https://\S+"), "an address like https://example.org/winners"),
    "arn": (ARN, "an Arn like arn:aws:deepracer:::leaderboard/<name>"),
}
NUMBERS = {
    "integer": (re.compile(r"-?\d{1,9}", re.ASCII), "a whole number"),
    "decimal(9,6)": (
        re.compile(r"-?\d{1,3}(\.\d{1,6})?", re.ASCII),
        "a number with at most six decimals,",
    ),
    "date": (re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), "a day like 2021-11-16"),
}


def misfits(seed: Seed, seeds: dict[str, Seed]) -> Iterator[str]:
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


def misfits_of_several_columns(seeds: dict[str, Seed]) -> Iterator[str]:
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
        named = [
            prize
            for season, prize in sorted(catalogued)
            if season == row["season"] and row["prize"] in (prize, "all")
        ]
        if named:
            yield row.says(
                f"the catalogue names who has {' and '.join(named)} of {row['season']}, and an "
                "exception cannot take that away; expected a prize that is computed, one row "
                "for each."
            )
        if row["to_round"] and int(row["to_round"]) < int(row["from_round"]):
            yield row.says(
                f"to_round is {row['to_round']}; expected {row['from_round']}, which is "
                "from_round, or a later round."
            )
    for row in seeds["round_quotas"].rows:
        if (row["season"], row["prize"]) in catalogued:
            yield row.says(
                f"the catalogue names who has {row['prize']} of {row['season']}; expected a "
                "prize that is computed."
            )
    yield from _blocks_without_an_order(seeds["prize_blocks"].rows)


def _blocks_without_an_order(rows: list[Row]) -> Iterator[str]:
    """A sentence for each block that applies at once in a circle of such blocks."""
    given_first: dict[tuple[str, str], set[str]] = {}
    at_once = [row for row in rows if row["applies"] == "at once"]
    for row in at_once:
        given_first.setdefault((row["season"], row["prize"]), set()).add(row["held_prize"])
    for row in at_once:
        reached, new = set(), {row["held_prize"]}
        while new:
            reached |= new
            new = set().union(*(given_first.get((row["season"], p), set()) for p in new))
            new -= reached
        if row["prize"] in reached:
            yield row.says(
                f"{row['held_prize']} blocks {row['prize']} at once, so it is given first, and "
                f"{row['prize']} is given before it by other rows; expected blocks at once "
                "without a circle. Let one of them apply from the next round."
            )
