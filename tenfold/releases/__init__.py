"""Releases of tenfold, and projects that are made from one: `tenfold new`, `tenfold update`."""
