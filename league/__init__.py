"""What all commands share: one at a time in a folder, each ends with a sentence."""
