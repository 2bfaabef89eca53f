"""Measurements, never tests: `make bench` prints a table and writes bench/results/all.json; a part of it
(`python -m bench offline`, `python -m bench.recorder`) writes a file of its own."""
