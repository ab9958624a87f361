"""What all commands share: one at a time in a folder, each asks alike and ends with a sentence."""
