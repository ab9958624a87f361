"""The hourly snapshots of the archive as rows: what changed, not what repeats.

Of 63 million rows in the hourly files 0.7 million differ once `Rank` is left out. So the
history keeps, for every board:

row version  a row's cells without Rank, valid from one snapshot to another without a gap
position     the order of row versions. The rows of any snapshot, sorted by position, stand in
             the order of the file. Racers who neither come nor go keep their order; for the few
             who jump one row version ends and another begins
rank run     where Rank is not simply the number of the row (pages read while the ranking moved:
             1,926 files): from this row on, count up from this rank

Positions, rows and snapshots count from 1.

A call of `load.load`: `source` lists the files (`clone` those of a git clone), and for every
board with new files `encode` turns files into rows (`snapshot` has their form), in processes of
their own, and `insert` inserts them. The way back is `decode`; `check` compares what comes out
with the files.
"""
