"""What stops publishing. The message is a sentence for the person who started it."""


class PublishError(Exception):
    """Nothing was published; what was published before is as it was."""


class NotReplaced(PublishError):
    """The database was published, a folder beside it is still the one of before."""
