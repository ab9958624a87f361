"""What stops a what-if. The message is a sentence for the person who asked."""


class WhatIfError(Exception):
    """No answer; nothing that was published is touched."""
