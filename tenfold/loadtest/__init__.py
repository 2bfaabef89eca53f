"""Load tests: a script for another tool, and what its results say. tenfold sends no load itself."""
