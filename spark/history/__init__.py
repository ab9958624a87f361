"""The hourly history on Spark, a task a board: `python -m spark.history --help`."""
