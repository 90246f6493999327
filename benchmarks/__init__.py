"""What Plumbline costs, each figure against a floor of the same run: docs/benchmarks.md."""
