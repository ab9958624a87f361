"""From upstream's CSV files to schema `raw` of a DuckDB file.

`source` says where the files lie, `download` fetches them, `file` inspects the bytes of one and
has DuckDB read its rows, `load` has judge.sql judge them and keeps what is right, `report` does
all of it in order and prints it. The hourly snapshots are loaded by `history`.
"""
