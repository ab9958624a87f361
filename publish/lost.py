"""A prize that had winners and has none now: published only when somebody says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from league.text import for_terminal
from publish.database import open_published
from publish.errors import PublishError

WON = "select distinct season, prize from prize_winners order by all"


def refuse_lost_prizes(staged: Path, published: Path, work: Path) -> None:
    """Raise PublishError where a prize of a season has winners in the published database and
    none in the staged one. work: a folder for a copy.
    """
    if not published.is_file():
        return
    # A copy, because a notebook that has the file open for writing keeps others out.
    before = Path(shutil.copyfile(published, work / "before.duckdb"))
    try:
        won = _won(before)
    except duckdb.Error:
        # An earlier version of the tables, or no sound file: nothing to lose.
        won = []
    finally:
        before.unlink()
    lost = sorted(set(won) - set(_won(staged))) if won else []
    if lost:
        prizes = ", ".join(f"{prize} of {season}" for season, prize in lost[:5])
        more = f" and {len(lost) - 5} more" if lost[5:] else ""
        raise PublishError(
            "Expected winners of every prize that had some; found none any more of "
            f"{for_terminal(prizes)}{more}. Nothing was published. If that is right, run again "
            "with ACCEPT_CHANGES=1 (--accept-changes)."
        )


def _won(database: Path) -> list[tuple[int, str]]:
    with open_published(database) as opened:
        return opened.execute(WON).fetchall()
