"""A fictional league to be damaged: two states of an archive, and the commands on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.source import final_ranking
from league.fictional_season import fictional_arn, invent

ROOT = Path(__file__).parents[2]
MARCH = final_ranking(fictional_arn("2121-1-months-race"))
# What a reader asks; equal answers are the same content.
CONTENT = """
    select season, prize, round_number, award_number, user_id, alias from prize_winners
    union all
    select season, 'ranking', 0, race_rank, user_id, alias from race_results
    order by all
"""


@dataclass(frozen=True)
class League:
    """`folder`/race-data and `folder`/other are two states of one archive."""

    folder: Path
    data: Path

    def command(self, command: str, source: str = "race-data") -> list[str]:
        """`winners`, `publish` or `history` as make calls them."""
        return [
            *(sys.executable, "-m", "league", command, "--data", str(self.data)),
            *("--source", str(self.folder / source), "--seeds", str(self.folder / "seeds")),
        ]

    def start(self, command: list[str], **more: str) -> subprocess.Popen:
        """Start in a process group of its own, which can be killed as a whole.

        more: variables of the environment."""
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **more},
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, command: list[str], seconds: float = 300, **more: str) -> tuple[int, str]:
        """Exit code and all that was said."""
        running = self.start(command, **more)
        try:
            said, _ = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, 9)
            return -9, f"still running after {seconds} s"
        return running.returncode, said

    def published(self) -> list[tuple] | str:
        """What a reader sees; a text where it cannot be read."""
        try:
            with duckdb.connect(str(self.data / "league.duckdb"), read_only=True) as opened:
                return opened.execute(CONTENT).fetchall()
        except duckdb.Error as broken:
            return str(broken)

    def leftovers(self) -> list[str]:
        """What a run leaves lying that it should not."""
        build = self.data / "build"
        names = {path.name for path in build.iterdir()}
        expected = {"league.duckdb", "league.duckdb.wal", "target", "logs"}
        expected |= {"project", ".made-here"}
        return sorted(names - expected)


def invented(folder: Path) -> League:
    """A season, and the same with two racers of one ranking in each other's place."""
    invent(folder)
    shutil.copytree(folder / "race-data", folder / "other")
    ranking = folder / "other" / MARCH
    first, second = (line.split(",") for line in ranking.read_text().splitlines()[1:3])
    text = ranking.read_text()
    for index in (1, 2):
        text = text.replace(first[index], "~").replace(second[index], first[index])
        text = text.replace("~", second[index])
    ranking.write_text(text)
    return League(folder, folder / "data")
