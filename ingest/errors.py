"""What stops a run. The message is a sentence for the person who started it."""


class IngestError(Exception):
    """Nothing was loaded; the message says what was expected, found, and what to do."""
