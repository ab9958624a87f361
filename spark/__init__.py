"""The same models on Apache Spark, and what they say compared with DuckDB, row for row.

A call of `make spark`: `machine` says whether Spark can run here, `cluster` starts one (`kept`
ends it even after kill -9), `raw` exports the raw tables to it, `build` runs dbt while `watch`
notices a lost cluster, `compare` compares.
"""
