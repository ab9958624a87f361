"""The same models on Apache Spark, and what they say compared with DuckDB, row for row.

A call of `make spark`: `machine` says whether Spark can run here, `raw` exports the raw tables,
`build` puts Spark's wording of two models into the project and starts `session`, a process that
is dbt and Spark in one, and `compare` reads the tables it left.
"""
