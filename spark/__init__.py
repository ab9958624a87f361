"""The same models on Apache Spark, and what they say compared with DuckDB, row for row.

`machine` says whether Spark can run here, `cluster` starts one (`kept` ends it
whatever happens), `raw` hands it the raw tables, `build` runs dbt, `compare` compares.
`history` makes the hourly history on Spark, a task a board.
"""
