"""What can go wrong with Spark. Every message is a sentence."""

from __future__ import annotations

from league.errors import LeagueError


class SparkError(LeagueError):
    """Nothing was compared; the message says what was expected, found, and what to do."""


class NotPossible(SparkError):
    """Spark cannot run here: no Java, or too old a one, or Spark is not installed."""

    exit_code = 5
