"""One module a benchmark; each has `measure(run)`, which returns its rows."""
