"""The HTML pages: rows put in the order of the page, then into a Jinja template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from math import log
from operator import itemgetter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from publish.site.read import League, Row

TEMPLATES = Path(__file__).parent / "templates"
EXPLAINED = Path(__file__).parents[2] / "docs/rules"
# A file of the site's own folder is not 'self' in every browser, but always file:.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; "
    "img-src 'self' file:; base-uri 'none'; form-action 'none'"
)
EVIDENCE = {
    "published": "published",
    "inferred": "inferred",
    "catalogue": "taken from the catalogue",
}
CAME = {"no-show": ("no-show", "no-shows"), "replacement": ("replacement", "replacements")}
PASSED = {"already has one": "passed over for a prize they held"}
TICKS_S = [base * 10**power for power in range(4) for base in (1, 1.5, 2, 3, 5, 7)]
LOOKS = {"won": "won", "already has one": "held", "beyond the quota": "beyond"}


def write_pages(league: League, to: Path, has_tables: bool, what_if: list[int]) -> None:
    """Write every HTML page into the folder `to`.

    has_tables: whether tables.html will be beside them.
    what_if: the seasons whose rules can be changed, each with a page for that.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": _day,
        "moment": _moment,
        "without_round": _without_round,
        "inside": _inside,
    }
    environment.globals |= {
        "league": league,
        "has_tables": has_tables,
        "policy": POLICY,
        "evidence_words": EVIDENCE,
        "rules_by_evidence": Counter(
            EVIDENCE[rule["evidence"]] for rule in league.rules
        ).items(),
        "anchor": award_anchor,
        "lineup_anchor": lineup_anchor,
        "current": _current,
    }

    def write(name: str, template: str, **what) -> None:
        page = environment.get_template(template).render(page=_page(name), **what)
        (to / name).write_text(page, encoding="utf-8")

    write("index.html", "index.html", seasons=[_card(league, year) for year in league.seasons])
    write("racer.html", "racer.html")
    # The examples in docs/rules are real winners, who have no place in a fictional season.
    explained = [] if league.is_fictional else _explained()
    for name, heading, text in explained:
        write(name, "explained.html", heading=heading, text=text)
    years = [
        (
            year,
            [{**rule, "sentence": _rule_in_words(rule)} for rule in _of(league.rules, year)],
            _of(league.promotions, year),
        )
        for year in league.seasons
    ]
    more = [(name, heading) for name, heading, _ in explained]
    write("rules.html", "rules.html", years=years, explained=more)
    for year in league.seasons:
        write(f"{year}.html", "season.html", has_what_if=year in what_if, **_season(league, year))
    for year in what_if:
        write(f"{year}-what-if.html", "what_if.html", year=year)


def _explained() -> list[tuple[str, str, Markup]]:
    """Page, heading and HTML of each of the project's texts about its rules."""
    # No HTML in them becomes HTML: they quote names.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    texts = [
        (file, file.read_text(encoding="utf-8")) for file in sorted(EXPLAINED.glob("*.md"))
    ]
    return [
        (
            f"rule-{file.stem}.html",
            text.partition("\n")[0].lstrip("# "),
            Markup(markdown.render(text).replace("<pre>", '<pre tabindex="0">')),
        )
        for file, text in texts
    ]


def award_anchor(award: Row) -> str:
    """What comes after the # in a link to an award: prize, round and number."""
    return f"{award['prize']}-{award['round_number']}-{award['award_number']}"


def lineup_anchor(place: Row) -> str:
    return f"finale_place-{place['round_number']}-{place['invited']}"


def _page(name: str) -> str | int:
    stem = name.removesuffix(".html")
    return int(stem) if stem.isdigit() else stem


def _current(page: str | int, name: str | int) -> Markup | str:
    return Markup(' aria-current="page"') if page == name else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _without_round(sentence: str, row: Row) -> str:
    """A sentence below a heading that already names its round."""
    rest = sentence.removeprefix(f"{row['round_name']} {row['season']}: ")
    return rest[:1].upper() + rest[1:]


def _inside(sentence: str) -> str:
    """A sentence as the second half of one; AWS stays AWS."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() else sentence


def _of(table: list[Row], season: int) -> list[Row]:
    return [row for row in table if row["season"] == season]


def _by(table: list[Row], *columns: str) -> Iterable[tuple]:
    """Groups of neighbouring rows that agree in these columns."""
    return ((key, list(group)) for key, group in groupby(table, itemgetter(*columns)))


def _card(league: League, year: int) -> dict:
    return {
        "year": year,
        "coverage": _of(league.coverage, year),
        "evidence": {rule["prize"]: rule["evidence"] for rule in _of(league.rules, year)},
        "provisional": {
            award["prize"] for award in _of(league.awards, year) if award["is_provisional"]
        },
    }


def _season(league: League, year: int) -> dict:
    grid = _grid(_of(league.cells, year), _of(league.awards, year))
    racers = _racers(grid, _of(league.awards, year), _of(league.lineups, year))
    lines = _lines(_of(league.line, year), _of(league.rules, year))
    lineups = _lineups(_of(league.lineups, year), _of(league.rules, year))
    reality = _reality(league, year)
    hours = _races_by_hour(_of(league.cutoffs, year))
    changes = _of(league.changes, year)
    sections = [
        ("winners", "Winners", grid),
        ("racers", "Racer by racer", racers),
        ("coverage", "What is known", True),
        ("rolled", "How the prizes rolled down", lines),
        ("lineups", "Line-ups", lineups),
        ("hours", "Hour by hour", hours),
        ("reality", "Reality check", reality),
        ("changes", "Exceptions", changes),
        ("races", "Races", True),
    ]
    return {
        "year": year,
        "headline": _headline(_of(league.coverage, year), year),
        "sections": [(anchor, words) for anchor, words, there in sections if there],
        "grid": grid,
        "racers": racers,
        "coverage": _of(league.coverage, year),
        "lines": lines,
        "lineups": lineups,
        "races_by_hour": hours,
        "reality": reality,
        "attendance": [
            row
            for row in _of(league.lineups, year)
            if row["attendance"] not in (None, "raced as invited")
        ],
        "championship": _of(league.championship, year),
        "changes": changes,
        "boards": _of(league.boards, year),
        "rules": _of(league.rules, year),
    }


def _headline(coverage: list[Row], year: int) -> str:
    won = [
        counted(row["winners"], row["one"], row["many"])
        for row in coverage
        if row["winners"] and row["prize"] != "finale_place"
    ]
    missing = [row["many"] for row in coverage if row["coverage"] == "not computable"]
    sentences = []
    if won:
        sentences.append(f"{listed(won)}, each with a name.")
    if missing:
        sentences.append(
            f"Who won the {listed(missing)} of {year} cannot be computed; below is why."
        )
    return " ".join(sentences) or "No race that gives a prize is decided yet."


def _grid(cells: list[Row], awards: list[Row]) -> dict:
    if not cells:
        return {}
    won = dict(_by(awards, "round_number", "prize"))
    counts = Counter(award["prize"] for award in awards)
    columns = _columns(cells)
    rounds = []
    for (number, name), given in _by(cells, "round_number", "round_name"):
        by_prize = {cell["prize"]: cell for cell in given}
        row = []
        for prizes in columns:
            prize = next((prize for prize in prizes if prize in by_prize), None)
            row.append(
                {
                    "prize": prize,
                    "title": by_prize[prize]["title"] if prize else "",
                    "is_titled": prize != prizes[0],
                    "is_decided": bool(prize) and by_prize[prize]["is_decided"],
                    "awards": won.get((number, prize), []),
                }
            )
        rounds.append(
            {
                "number": number,
                "name": name,
                "cells": row,
                "is_provisional": any(
                    a["is_provisional"] for cell in row for a in cell["awards"]
                ),
            }
        )
    about = {cell["prize"]: {**cell, "count": counts[cell["prize"]]} for cell in cells}
    return {
        "columns": [[about[prize] for prize in prizes] for prizes in columns],
        "rounds": rounds,
    }


def _racers(grid: dict, awards: list[Row], lineups: list[Row]) -> list[dict]:
    """The grid once more, a row a winner in the order of their first prize."""
    finale_ranks = {
        (row["user_id"], row["round_number"]): row["finale_rank"]
        for row in lineups
        if row["finale_rank"]
    }
    won: dict[str, list[Row]] = {}
    for award in awards:
        # A winner of 2020 who is no longer found has a name only.
        won.setdefault(award["user_id"] or award["alias"], []).append(award)
    return [
        {
            "user_id": of_racer[0]["user_id"],
            "alias": of_racer[0]["alias"],
            "cells": [
                {
                    "awards": [a for a in of_racer if a["round_number"] == round_["number"]],
                    "finale_rank": finale_ranks.get(
                        (of_racer[0]["user_id"], round_["number"])
                    ),
                }
                for round_ in grid["rounds"]
            ],
        }
        for of_racer in won.values()
    ]


def _columns(cells: list[Row]) -> list[list[str]]:
    """Prizes to columns: those never given in the same round share one."""
    rounds: dict[str, set[int]] = {}
    for cell in cells:
        rounds.setdefault(cell["prize"], set()).add(cell["round_number"])
    columns: list[list[str]] = []
    for prize, given in rounds.items():
        for column in columns:
            if all(given.isdisjoint(rounds[other]) for other in column):
                column.append(prize)
                break
        else:
            columns.append([prize])
    return columns


def _lines(line: list[Row], rules: list[Row]) -> list[dict]:
    """How each prize went down its line; prizes for which nobody was passed over left out."""
    evidence = {rule["prize"]: rule["evidence"] for rule in rules}
    prizes = []
    for (prize, title), of_prize in _by(line, "prize", "title"):
        passed = [row for row in of_prize if row["is_passed_over"]]
        if not passed:
            continue
        rounds = [
            _round_of_line(name, of_round)
            for (_, name), of_round in _by(of_prize, "round_number", "round_name")
        ]
        prizes.append(
            {
                "prize": prize,
                "title": title,
                "evidence": evidence[prize],
                "rounds": rounds,
                # Who missed a finale has no place in its line, and so no square.
                "has_picture": any(row["place_in_line"] for row in passed),
                "passed_over": listed(
                    [
                        f"{many} {PASSED.get(decision, decision)}"
                        for decision, many in Counter(
                            row["decision"] for row in passed
                        ).most_common()
                    ]
                ),
                "label": f"{title}: places in line, one row a round. "
                + " ".join(f"{round_['name']}: {round_['summary']}." for round_ in rounds),
            }
        )
    return prizes


def _round_of_line(name: str, line: list[Row]) -> dict:
    looked_at = [{**row, "look": LOOKS.get(row["decision"], "other")} for row in line]
    passed = [row for row in looked_at if row["is_passed_over"]]
    places = [row["place_in_line"] for row in looked_at if row["decision"] == "won"]
    return {
        "name": name,
        "squares": [row for row in looked_at if row["place_in_line"]],
        "in_words": [row for row in looked_at if row["decision"] != "won"],
        "summary": (
            f"{len(passed) or 'nobody'} passed over"
            + (f", {len(places)} won down to place {max(places)} in line" if places else "")
        ),
    }


def _lineups(lineups: list[Row], rules: list[Row]) -> dict:
    if not lineups:
        return {}
    (rule,) = (rule for rule in rules if rule["prize"] == "finale_place")
    rounds = []
    for (number, name), rows in _by(lineups, "round_number", "round_name"):
        came = Counter(row["attendance"] for row in rows if row["attendance"])
        rounds.append(
            {
                "number": number,
                "name": name,
                "rows": rows,
                "is_provisional": any(row["is_provisional"] for row in rows),
                "summary": ", ".join(
                    counted(many, *CAME.get(what, (what, what)))
                    for what, many in came.most_common()
                )
                or f"{len(rows)} invited, not held yet",
            }
        )
    return {"quota": rule["quota"], "evidence": rule["evidence"], "rounds": rounds}


def _reality(league: League, year: int) -> list[dict]:
    checks = []
    for row in _of(league.summaries["finale_attendance_summary"], year):
        checks.append(
            _check(
                "Invited against raced",
                row,
                row["predicted"],
                row["finalists"],
                "racers in the finales were invited by the rule",
                (
                    row["no_shows"],
                    "racer was invited and did not come.",
                    "racers were invited and did not come.",
                ),
                (
                    row["replacements"],
                    "came in their place, next in line.",
                    "came in their place, next in line.",
                ),
                (
                    row["without_place_in_line"],
                    "raced without a place in line; nothing explains it.",
                    "raced without a place in line; nothing explains them.",
                ),
            )
        )
    for row in _of(league.summaries["championship_attendance_summary"], year):
        checks.append(
            _check(
                "Seats against knockouts",
                row,
                row["seat_holders_raced"],
                row["seat_holders"],
                "seat holders raced in the knockouts",
                (
                    row["others_raced"],
                    "other raced there without a seat we know of.",
                    "others raced there without a seat we know of.",
                ),
                (
                    row["in_bracket_from_first_four"],
                    f"of the {row['in_bracket']} in the bracket was among the first four of a "
                    "knockouts board.",
                    f"of the {row['in_bracket']} in the bracket were among the first four of a "
                    "knockouts board.",
                ),
            )
        )
    for row in _of(league.summaries["promotions_summary"], year):
        promoted = row["promoted_seen_in_pro"] + row["promoted_not_seen_in_pro"]
        others = row["not_promoted_seen_in_pro"] + row["not_promoted_not_seen_in_pro"]
        if not promoted + others:
            continue
        checks.append(
            _check(
                "Promotions from Open to Pro",
                row,
                row["promoted_seen_in_pro"] + row["not_promoted_not_seen_in_pro"],
                promoted + others,
                "racers who raced again were where the (inferred) rule puts them",
                (
                    row["promoted_seen_in_pro"],
                    f"of {promoted:,} promoted was seen in Pro.",
                    f"of {promoted:,} promoted were seen in Pro.",
                ),
                (
                    row["not_promoted_seen_in_pro"],
                    f"of {others:,} others was seen there as well.",
                    f"of {others:,} others were seen there as well.",
                ),
            )
        )
    return checks


def _check(
    title: str, row: Row, part: int, whole: int, of: str, *remarks: tuple[int, str, str]
) -> dict:
    return {
        "title": title,
        "part": part,
        "whole": whole,
        "rate": f"{part:,} of {whole:,}",
        "of": of,
        "percent": "–" if not whole else f"{100 * row['match_rate']:.4g} %",
        "sentences": [counted(many, one, more) for many, one, more in remarks if many],
    }


def _races_by_hour(cutoffs: list[Row]) -> list[dict]:
    """The score at the cut-off over time, and the next one's; nothing without the history."""
    charts = []
    for (_, name), hours in _by(cutoffs, "round_number", "round_name"):
        scores = [
            hour[key]
            for hour in hours
            for key in ("cutoff_score_ms", "next_score_ms")
            if hour[key]
        ]
        if len(hours) < 2 or not scores:
            continue
        low, high = min(scores), max(scores)
        first, last = hours[0]["snapshot_at_utc"], hours[-1]["snapshot_at_utc"]

        def height(score: float) -> float:
            # The first hours are slower by a factor; seconds on a plain scale would be flat.
            return 20 + 160 * (1 - log(score / low) / (log(high / low) or 1))

        def path(column: str) -> str:
            """Steps: a score stands until it is beaten, so only its changes are drawn."""
            steps, before = [], None
            for hour in hours:
                score = hour[column]
                if score != before or hour is hours[-1]:
                    x = 640 * (hour["snapshot_at_utc"] - first) / (last - first)
                    to = f"V{height(score):.1f}" if score else ""
                    steps.append(f"H{x:.1f}{to}" if before else to and f"M{x:.1f} {to[1:]}")
                before = score
            return "".join(steps)

        charts.append(
            {
                "name": name,
                "end": hours[-1],
                "label": f"{name}: the score at the cut-off fell from {high / 1000:g} s to "
                f"{low / 1000:g} s between {_moment(first)} and {_moment(last)}.",
                "cutoff": path("cutoff_score_ms"),
                "next": path("next_score_ms"),
                "first": _day(first),
                "last": _day(last),
                "ticks": [
                    (f"{seconds:g} s", f"{height(1000 * seconds):.1f}")
                    for seconds in TICKS_S
                    if low <= 1000 * seconds <= high
                ],
            }
        )
    return charts


def _rule_in_words(rule: Row) -> str:
    """The rows of seeds/ that make a rule, read aloud."""
    races = listed([f"the {race}" for race in rule["races"]], "and")
    if rule["evidence"] == "catalogue":
        return f"Whoever the catalogue names as the winner of {races}."
    what = counted(rule["quota"], rule["one"], rule["many"])
    line = ", then ".join(f"the {race}" for race in rule["races"])
    skipped = (
        f"Whoever already holds a {listed(rule['barred_by'], 'or')} is skipped, and the next in "
        "line moves up."
        if rule["barred_by"]
        else "Nobody is skipped."
    )
    return f"{what} a round, in the order of the ranking of {line}. {skipped}"


def counted(many: int, one: str, more: str) -> str:
    return f"{many:,} {one if many == 1 else more}"


def listed(words: list[str], link: str = "and") -> str:
    """As one says it: a, b and c."""
    *first, last = words
    return f"{', '.join(first)} {link} {last}" if first else last
