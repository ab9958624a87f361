"""The whole way in one go, from the files to what is published: what `make` runs."""
