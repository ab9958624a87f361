"""Pictures of links, in PNG: what a page says, in words, for people who get the link.

The font is the one that Pillow brings, Aileron, which is in the public domain, and here has
the letters of ASCII only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from publish.site.rows import League, Row, grouped, of_season
from publish.site.words import ordinal, seconds

WIDTH, HEIGHT = 1200, 630
MARGIN = 64
STYLE = Path(__file__).parent / "static/site.css"
PAPER, INK, PALE = (250, 249, 246), (29, 30, 36), (226, 223, 215)
# Grey levels of a picture while it is drawn: text from paper to ink, then the squares' colours.
BLACK, FIRST_COLOUR = 239, 240
NAME, HEADING, TEXT, SMALL = 88, 60, 36, 28
# Squares do not grow beyond this, in pixels.
LARGEST = 30


@dataclass(frozen=True)
class Square:
    """An award in a picture: a panel is a season, a row a round; its own colour, or pale."""

    panel: int
    row: int
    place: int
    colour: int
    is_lit: bool


@dataclass(frozen=True)
class Card:
    """What a picture says: a heading, then a line a fact."""

    heading: str
    facts: list[str]
    squares: list[Square] = field(default_factory=list)


def write_pictures(league: League, pictured: dict[str, Card], to: Path) -> None:
    """Write the folder `to`: a picture named as its page for every page that is sent around."""
    to.mkdir()
    source = f"{league['name'][:1].upper()}{league['name'][1:]}: who won what"
    if league["about"].is_fictional:
        source += " (fictional)"
    for page, card in pictured.items():
        _drawn(card, source).save(to / page.replace(".html", ".png"))


def cards(league: League) -> dict[str, Card]:
    """Page to what its picture says: the front page, seasons, winners, races, records."""
    podiums = dict(grouped(league["podiums"], "leaderboard_arn"))
    ranked = {(row["leaderboard_arn"], row["race_rank"]): row for row in league["rankings"]}
    records = [rows[0]["sentence"] for _, rows in grouped(league["records"], "record")]
    return {
        "index.html": _front(league),
        "records.html": Card("Records", records),
        **{f"{year}.html": _season(league, year) for year in league["years"]},
        **{
            league["winner_pages"][winner["user_id"]]: _winner(league, winner, ranked)
            for winner in league["winners"]
        },
        **{
            league["race_pages"][board["leaderboard_arn"]]: _race(
                board, podiums.get(board["leaderboard_arn"], [])
            )
            for board in league["boards"]
        },
    }


def _front(league: League) -> Card:
    named = [
        f"{year}: {_champion(champions)}"
        for year, champions in grouped(league["champions"], "season")
    ]
    facts = [f"Champions, as reported. {'; '.join(named)}."] if named else []
    return Card("Who won what", [*facts, *_closest(league["closest"])], _squares(league))


def _season(league: League, year: int) -> Card:
    season = of_season(league, year)
    facts = [season["headline"]]
    if season["champions"]:
        facts.insert(0, f"Champion, as reported: {_champion(season['champions'])}.")
    facts += _closest(season["closest"])
    return Card(f"Season {year}", facts, _squares(league, [year]))


def _champion(reports: list[Row]) -> str:
    """The names of a champion that the font has; sources write them differently."""
    names = [one["alias"] for one in reports]
    return " / ".join([name for name in names if drawable(name)] or names)


def _closest(misses: list[Row]) -> list[str]:
    closest = sorted(misses, key=lambda row: row["missed_by_ms"])[:1]
    return [
        f"Closest: {row['alias']}, {seconds(row['missed_by_ms'])} off a {row['singular']}"
        + (" (inferred)." if row["evidence"] == "inferred" else ".")
        for row in closest
    ]


def _winner(league: League, winner: Row, ranked: dict[tuple[str, int], Row]) -> Card:
    user_id = winner["user_id"]
    awards = [row for row in league["awards"] if row["user_id"] == user_id]
    first = awards[0]
    alias = drawable(winner["alias"]) or f"racer {user_id[:8]}"
    reports = [row for row in league["reported"] if row["user_id"] == user_id]
    facts = [f"{row['said'][:1].upper()}{row['said'][1:]}, as reported." for row in reports]
    facts.append(f"{winner['heading']}.")
    if first["race_rank"]:
        facts.append(
            f"{ordinal(first['race_rank'])} in the {first['race']}"
            + _margin(first, ranked)
            + (", without a lap" if first["has_no_lap"] else "")
            + "."
        )
    years = [award["season"] for award in awards]
    return Card(alias, facts, _squares(league, years, user_id))


def _margin(award: Row, ranked: dict[tuple[str, int], Row]) -> str:
    """How far the first was ahead of the second, or another behind the first."""
    place = max(2, award["race_rank"])
    behind = ranked.get((award["leaderboard_arn"], place), {}).get("behind_first_ms")
    if not behind:
        return ""
    words = "ahead of the second" if award["race_rank"] == 1 else "behind the first"
    return f", {seconds(behind)} {words}"


def _race(board: Row, podium: list[Row]) -> Card:
    facts = []
    for row in podium:
        time = row["behind_first_ms"] or row["ranking_score_ms"]
        facts.append(
            f"{row['race_rank']}. {row['alias']}"
            + (f", {seconds(time)}" if time is not None else "")
            + (" behind" if row["behind_first_ms"] else "")
        )
    if board["has_final_ranking"]:
        facts.append(f"{board['racers']}.")
    return Card(board["title"], facts or ["The archive has no final ranking of this race."])


def _squares(
    league: League, years: list[int] | None = None, user_id: str | None = None
) -> list[Square]:
    """The awards of these years, or all; those of others than this racer, if any, are pale."""
    awards = [row for row in league["awards"] if years is None or row["season"] in years]
    return [
        Square(
            panel,
            row,
            place,
            int(league["looks"][award["prize"]].rpartition("-")[2]),
            user_id is None or award["user_id"] == user_id,
        )
        for panel, (_, in_season) in enumerate(grouped(awards, "season"))
        for row, (_, of_round) in enumerate(grouped(in_season, "round_number"))
        for place, award in enumerate(of_round)
    ]


def _drawn(card: Card, source: str) -> Image.Image:
    """The picture in 256 colours: levels of grey become paper to ink, and the prizes'."""
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 12, HEIGHT), FIRST_COLOUR + 1)
    draw.text((MARGIN, 44), drawable(source), BLACK * 2 // 3, _font(SMALL))
    y = 96
    large = NAME if len(in_lines(card.heading, NAME)) == 1 else HEADING
    for line in in_lines(card.heading, large)[:2]:
        draw.text((MARGIN, y), line, BLACK, _font(large))
        y += large * 5 // 4
    y += 16
    bottom = HEIGHT - MARGIN - _draw_squares(draw, card.squares, y)
    for fact in card.facts:
        lines = in_lines(fact, TEXT)
        if y + len(lines) * TEXT * 4 // 3 > bottom:
            break
        for line in lines:
            draw.text((MARGIN, y), line, BLACK, _font(TEXT))
            y += TEXT * 4 // 3
        y += 10
    image.putpalette([value for colour in _palette() for value in colour])
    return image


def _draw_squares(draw: ImageDraw.ImageDraw, squares: list[Square], top: int) -> int:
    """Squares at the foot of the picture, in the half below the words; how high they are."""
    if not squares:
        return 0
    widths: dict[int, int] = defaultdict(int)
    for square in squares:
        widths[square.panel] = max(widths[square.panel], 1 + square.place)
    # A panel begins two squares behind the one before.
    starts = {panel: sum(widths[p] + 2 for p in range(panel)) for panel in widths}
    rows = 1 + max(square.row for square in squares)
    places = sum(widths.values()) + 2 * len(widths)
    step = min(LARGEST, (HEIGHT - MARGIN - top) // 2 // rows, (WIDTH - 2 * MARGIN) // places)
    if step < 3:
        return 0
    start = HEIGHT - MARGIN - rows * step
    for square in squares:
        left = MARGIN + (starts[square.panel] + square.place) * step
        above = start + square.row * step
        side = max(1, step - step // 6 - 1)
        colour = FIRST_COLOUR + (square.colour if square.is_lit else 0)
        draw.rectangle((left, above, left + side, above + side), colour)
    return rows * step + 16


def drawable(text: str) -> str:
    """What the font has of a text, accents off; empty where it has no letter or digit of it."""
    plain = "".join(
        letter if _has_glyph(letter) else unicodedata.normalize("NFKD", letter)
        for letter in text
    )
    known = "".join(letter for letter in plain if _has_glyph(letter)).strip()
    return known if any(letter.isalnum() for letter in known) else ""


def in_lines(text: str, size: int) -> list[str]:
    """A text in lines no wider than the picture; a word that is too wide is cut."""
    lines: list[str] = []
    for word in drawable(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            while width(word, size) > WIDTH - 2 * MARGIN:
                word = f"{word[:-2]}…"
            lines.append(word)
    return lines


def width(text: str, size: int) -> float:
    return _font(size).getlength(text)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError(
            "Expected a Pillow that was built with FreeType, found one without. Install one "
            "of the wheels that requirements.lock names."
        )
    # The other layout engine is not in every build, and the bytes are to be the same.
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


@cache
def _has_glyph(letter: str) -> bool:
    font = _font(TEXT)
    # U+FFFF is no letter: what the font draws for all it does not have.
    return letter == " " or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


@cache
def _palette() -> list[tuple[int, ...]]:
    """From paper to ink, then pale, then the colours of the prizes as the light pages have them."""
    shades = [
        tuple(round(a + (b - a) * level / BLACK) for a, b in zip(PAPER, INK, strict=True))
        for level in range(BLACK + 1)
    ]
    found = re.findall(r"--prize-([0-9]): #([0-9a-f]{6});", STYLE.read_text(encoding="utf-8"))
    first = {int(number): colour for number, colour in reversed(found)}
    colours = [tuple(bytes.fromhex(first[number])) for number in sorted(first)]
    return [*shades, PALE, *colours]
