"""What stops publishing. The message is a sentence for the person who started it."""


class PublishError(Exception):
    """Nothing was published; what was published before is as it was."""
