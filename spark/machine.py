"""Whether Spark can run on this machine: `python -m spark.machine`, before it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from league.errors import LeagueError
from league.text import say

OLDEST = 17
INSTALL = (
    f"Install Java {OLDEST} or newer (Debian: apt install openjdk-17-jre-headless, macOS: "
    "brew install openjdk@17), or name one that is there with JAVA_HOME=<folder>."
)


class NotPossible(LeagueError):
    """Spark cannot run here: no Java, or too old a one, or Spark is not installed."""

    exit_code = 5


def java_problem() -> str | None:
    """None where Spark will find a Java that it runs on, else a sentence."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if not java:
        where = f"none in JAVA_HOME={home}" if home else "none"
        return f"Expected Java for Spark, found {where}. {INSTALL}"
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    output = done.stderr.strip() or done.stdout.strip()
    # 1.8.0_392, 11.0.21, 17.0.15
    found = re.search(r'version "(?:1\.)?([0-9]+)', output)
    if done.returncode or not found:
        first = output.splitlines()[0].rstrip(".") if output else "nothing"
        return f"Expected {java} -version to name a version, found: {first}. {INSTALL}"
    if int(found[1]) < OLDEST:
        return (
            f"Expected Java {OLDEST} or newer for Spark, found {found[1]} ({java}). {INSTALL}"
        )
    return None


def refuse_unless_possible() -> None:
    """Raise NotPossible where Spark cannot run here, or is not installed."""
    if problem := java_problem():
        raise NotPossible(problem)
    if not find_spec("pyspark"):
        raise NotPossible(
            "Expected Spark's packages, found no pyspark. `make spark` installs them "
            "(about 600 MB, once)."
        )


if __name__ == "__main__":
    if problem := java_problem():
        say(f"spark: {problem}", aside=True)
        sys.exit(NotPossible.exit_code)
