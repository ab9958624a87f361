"""What stops publishing. The message is a sentence for the person who started it."""

from __future__ import annotations

from league.errors import LeagueError


class PublishError(LeagueError):
    """Nothing was published; what was published before is as it was."""
