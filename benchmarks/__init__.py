"""Benchmarks of the heavy operations, each against a peer and against the best plain SQL query."""
