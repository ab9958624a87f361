"""From a tested build to what people use: the published database and readable tables."""
