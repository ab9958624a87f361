"""What the archive's files say of a racer, in plain Python: nothing of the pipeline is used."""
