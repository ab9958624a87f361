"""From upstream's CSV files to schema `raw` of a DuckDB file.

`source` says where the files lie, `download` fetches them, `parse` reads and judges one
file, `whole` judges it by what is known of it, `load` writes what was read, `run` does all of
it in order. The hourly snapshots have a way of their own: `history`.
"""
