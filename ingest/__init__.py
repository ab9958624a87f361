"""From upstream's CSV files to schema `raw` of a DuckDB file.

`source` says where the files lie, `download` fetches them, `file` inspects the bytes of one,
`read_rows` has DuckDB read its rows, `load` has judge.sql judge them and writes what is right,
`run` does all of it in order. The hourly snapshots are loaded by `history`.
"""
