"""A season's page: its sections in order, and which of them there are."""

from __future__ import annotations

from publish.site.read import League, Row
from publish.site.views import grouped, of_season
from publish.site.views.hours import races_by_hour
from publish.site.views.lineups import lineups
from publish.site.views.reality import reality
from publish.site.views.rolled import rolled
from publish.site.views.winners import grid, racers
from publish.site.words import join_list, pluralize


def season(league: League, year: int) -> dict:
    rules = of_season(league.rules, year)
    awards = of_season(league.awards, year)
    coverage = of_season(league.coverage, year)
    invited = of_season(league.lineups, year)
    by_round = grid(of_season(league.cells, year), awards)
    parts = {
        "grid": by_round,
        "racers": racers(by_round.get("rounds", []), awards, invited),
        "coverage": coverage,
        "lines": rolled(of_season(league.line, year), rules),
        "lineups": lineups(invited, rules),
        "races_by_hour": races_by_hour(
            of_season(league.cutoffs, year), of_season(league.finals, year)
        ),
        "reality": reality(league, year),
        "changes": of_season(league.changes, year),
        "boards": of_season(league.boards, year),
        "podiums": dict(grouped(league.podiums, "leaderboard_arn")),
    }
    sections = (
        ("winners", "Winners", "grid"),
        ("racers", "Racer by racer", "racers"),
        ("coverage", "What is known", "coverage"),
        ("rolled", "How the prizes rolled down", "lines"),
        ("lineups", "Line-ups", "lineups"),
        ("hours", "Hour by hour", "races_by_hour"),
        ("reality", "Reality check", "reality"),
        ("changes", "Exceptions", "changes"),
        ("races", "Races", "boards"),
    )
    return {
        "year": year,
        "headline": headline(coverage, rules, year),
        "champions": champions(league, year),
        "has_unknown": any(row["coverage"] == "not computable" for row in coverage),
        "sections": [(anchor, words) for anchor, words, part in sections if parts[part]],
        **parts,
        "attendance": [
            row for row in invited if row["attendance"] not in (None, "raced as invited")
        ],
        "championship": of_season(league.championship, year),
        "rules": rules,
    }


def champions(league: League, year: int) -> list[dict] | None:
    """The season's champion as others report it, each once with all sources.

    None where the league has no report at all; empty where this season has none.
    """
    if not league.champions:
        return None
    by_racer: dict[str, dict] = {}
    for row in of_season(league.champions, year):
        found = by_racer.setdefault(
            row["user_id"] or row["alias"], {**row, "also": [], "sources": []}
        )
        if row["name_as_reported"] not in (found["alias"], *found["also"]):
            found["also"].append(row["name_as_reported"])
        found["sources"].append((row["reported_by"], row["source"]))
    return list(by_racer.values())


def headline(coverage: list[Row], rules: list[Row], year: int) -> str:
    invitations = {rule["prize"] for rule in rules if rule["kind"] == "invitation"}
    won = [
        pluralize(row["winners"], row["singular"], row["plural"])
        for row in coverage
        if row["winners"] and row["coverage"] != "reported" and row["prize"] not in invitations
    ]
    missing = [row["plural"] for row in coverage if row["coverage"] == "not computable"]
    sentences = []
    if won:
        sentences.append(f"Who won all {join_list(won)}.")
    if missing:
        sentences.append(f"We can’t work out who won the {join_list(missing)} of {year}.")
    if not coverage:
        return f"The archive has races of {year}, and names no prize."
    return " ".join(sentences) or "No race that gives a prize is decided yet."
