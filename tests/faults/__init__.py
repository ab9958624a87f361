"""What the pipeline has to live through, made on purpose and from a seed."""
