"""From a tested build to what people use: the published database and readable tables."""

from __future__ import annotations

from league.errors import LeagueError


class PublishError(LeagueError):
    """Nothing was published; what was published before is as it was."""
