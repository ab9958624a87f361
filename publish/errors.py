"""What stops publishing. The message is a sentence for the person who started it."""

from __future__ import annotations

from league.errors import LeagueError


class PublishError(LeagueError):
    """Nothing was published; what was published before is as it was."""


class NotReplaced(PublishError):
    """The database was published, a folder beside it is still the one of before."""

    exit_code = 7
