"""Commands that measure the product, print a table and write JSON to ``benchmarks/results/``."""
