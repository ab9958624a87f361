"""Nobody's home: HOME unset, and a user whom the system does not know, as in a container.

Libraries look there for settings: git, dbt, DuckDB.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.faults.league import League, invented
from tests.faults.report import Tally
from tests.faults.snapshots import name_of

UNSET = ("env", "-u", "HOME", "-u", "USER", "-u", "LOGNAME")
# A number that no account has, which may still read what root may: the installed packages.
RIGHTS = "+dac_read_search,+dac_override"
STRANGER = ("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups")
STRANGER += (f"--inh-caps={RIGHTS}", f"--ambient-caps={RIGHTS}", *UNSET)
HOURS = 5


def try_home(work: Path, seed: int, short: bool) -> Tally:
    tally = Tally("Nobody's home")
    league = invented(work)
    clone = _with_hours(league)
    work.chmod(0o777)
    what_if = [sys.executable, "-m", "league", "what-if", "--data", str(league.data)]
    seeds = str(work / "seeds")
    stages = {
        "winners": league.command("winners"),
        "publish": league.command("publish"),
        "history, of a clone": league.command("history", clone.name),
        "AS_OF": [*league.command("winners"), "--as-of", "2121-05-01T00:00:00Z"],
        "what-if": [*what_if, "--seeds", seeds, "--rules", seeds],
    }
    for user, under in {"HOME unset": UNSET, "and of no account": STRANGER}.items():
        shutil.rmtree(league.data, ignore_errors=True)
        for stage, command in stages.items():
            if under is STRANGER and (os.geteuid() or not shutil.which("setpriv")):
                tally.add(f"{stage}: {user}", "skipped: only root may become somebody else")
                continue
            code, said = league.run([*under, *command])
            whole = code == 0 and isinstance(league.published(), list)
            tally.add(f"{stage}: {user}", f"exit code {code}", None if whole else said[-400:])
    return tally


def _with_hours(league: League) -> Path:
    """A bare clone of the league's archive, to which it adds hours that it never had."""
    archive, clone = league.folder / "race-data", league.folder / "clone"
    for ranking in archive.rglob("FINAL.csv"):
        for hour in range(HOURS):
            shutil.copyfile(ranking, ranking.with_name(name_of(hour).replace("2031", "2121")))
    me = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*me, "commit", "-qm", "hours"]):
        subprocess.run(["git", "-C", str(archive), *command], check=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(archive), str(clone)], check=True)
    shutil.rmtree(archive / ".git")
    return clone
