"""The hourly history on Spark, one task per board: `python -m spark.history --help`."""
