"""Pictures for previews of a shared page: the awards of the seasons as squares, in PNG.

Without a word in them, because the page's title stands beside them wherever they are shown:
so they need no font and no library, and are the same bytes on every machine.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from publish.site.read import League, Row

WIDTH, HEIGHT = 1200, 630
MARGIN = 60
STYLE = Path(__file__).parent / "static/site.css"
PAPER, PALE = (250, 249, 246), (226, 223, 215)
# Squares do not grow beyond this, in pixels.
LARGEST = 64


@dataclass(frozen=True)
class Square:
    """An award in a picture: a panel is a season, a row a round; its own colour, or pale."""

    panel: int
    row: int
    place: int
    colour: int
    is_lit: bool


def write_pictures(league: League, winner_pages: dict[str, str], to: Path) -> None:
    """Write the folder `to`: a picture for every season and winner, named as its page."""
    to.mkdir()
    for year in league.seasons:
        (to / f"{year}.png").write_bytes(season_picture(league, year))
    for user_id, page in winner_pages.items():
        (to / page.replace(".html", ".png")).write_bytes(winner_picture(league, user_id))


def season_picture(league: League, year: int) -> bytes:
    """All awards of a season, a row a round, a colour a prize."""
    return _png(_squares(league, [year], None))


def winner_picture(league: League, user_id: str) -> bytes:
    """All awards of the seasons in which a racer won, the racer's own lit."""
    years = sorted({row["season"] for row in league.awards if row["user_id"] == user_id})
    return _png(_squares(league, years, user_id))


def _squares(league: League, years: list[int], user_id: str | None) -> list[Square]:
    by_round: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for award in league.awards:
        if award["season"] in years:
            by_round[award["season"], award["round_number"]].append(award)
    squares = []
    rows = dict.fromkeys(years, 0)
    for (year, _), awards in sorted(by_round.items()):
        squares += [
            Square(
                years.index(year),
                rows[year],
                place,
                int(league.looks[award["prize"]].rpartition("-")[2]),
                user_id is None or award["user_id"] == user_id,
            )
            for place, award in enumerate(awards)
        ]
        rows[year] += 1
    return squares


def _png(squares: list[Square]) -> bytes:
    """A picture in 256 colours at most: 0 is the paper, 1 is pale, then the prizes'."""
    palette = [PAPER, PALE, *_colours()]
    pixels = [bytearray(WIDTH) for _ in range(HEIGHT)]
    panels = max((square.panel for square in squares), default=0) + 1
    rows = max((square.row for square in squares), default=0) + 1
    places = max((square.place for square in squares), default=0) + 1
    room = (WIDTH - 2 * MARGIN) // panels
    step = min(LARGEST, (HEIGHT - 2 * MARGIN) // rows, (room - 20) // places)
    top = (HEIGHT - rows * step) // 2
    start = (WIDTH - (panels - 1) * room - places * step) // 2
    for square in squares:
        colour = bytes([1 + square.colour if square.is_lit else 1])
        left = start + square.panel * room + square.place * step
        above = top + square.row * step
        side = max(2, step - step // 6)
        for y in range(above, above + side):
            pixels[y][left : left + side] = colour * side
    raw = b"".join(b"\0" + line for line in pixels)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in palette for value in colour)),
            _chunk(b"IDAT", zlib.compress(raw)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def _colours() -> list[tuple[int, ...]]:
    """The colours of the prizes as the light pages have them."""
    found = re.findall(r"--prize-([0-9]): #([0-9a-f]{6});", STYLE.read_text(encoding="utf-8"))
    first = {int(number): colour for number, colour in reversed(found)}
    return [tuple(bytes.fromhex(first[number])) for number in sorted(first)]
