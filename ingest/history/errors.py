"""What can be wrong with the history. Every message is a sentence."""

from __future__ import annotations

from ingest.errors import IngestError


class NotASnapshot(IngestError):
    """The content of a file is no snapshot. The file is quarantined for this reason."""


class Unreadable(IngestError):
    """A file cannot be read, or should not be. The file is quarantined for this reason."""


class SourceError(IngestError):
    """The source cannot be read as an archive; the run ends."""


class Damaged(IngestError):
    """Rows of a board do not fit together; loading never leaves such rows."""
