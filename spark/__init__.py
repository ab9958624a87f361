"""The same models on Apache Spark, and what they say compared with DuckDB, row for row.

A call of `make spark`: `machine` says whether Spark can run here. `run` builds on DuckDB, exports
the raw tables, puts Spark's wording of two models into the project, starts `session`, a process
that is dbt and Spark in one, and compares the tables it left.
"""
