"""What the archive itself said at a moment, in plain Python: `python -m tests.moments`.

Nothing of the pipeline is used, neither its SQL nor its loader: `tree` reads the files of one
commit, `who` says who a row is, `prizes` gives the prizes, `__main__` compares.
"""
