"""What the pipeline has to live through, made on purpose and from a seed.

`mutations` breaks one CSV file in every way we know of; the others put such files into an
archive and hold what was loaded against an independent reader. SEED= repeats a run.
"""
