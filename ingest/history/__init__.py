"""The hourly snapshots of the archive as rows: what changed, not what repeats.

Of 63 million rows in the hourly files 0.7 million differ once `Rank` is left out. So the
history keeps, for every board:

text      a row's cells without Rank, as CSV with quotes only where needed, in UTF-8
stay      a text on the board without a break: its first and its last snapshot
place     the order of stays. The rows of any snapshot, sorted by place, stand in the order
          of the file. Racers who neither come nor go keep their order; the few who jump
          end one stay and begin another
rank run  where Rank is not simply the position (pages read while the ranking moved: 1,926
          files): from this position on, count up from this rank

Positions and snapshots count from 1.

The way in: `source` lists and reads files (`folder`, `clone`), `plan` says which are new,
`encode` makes rows of a board (`header`, `text`, `ranks`, `cut`, `stays`), `spool` writes
them down for `insert`, and `load` runs all that (`workers`). The way back: `read_back` and
`decode`; `check` compares what comes out with the files.
"""
