"""Foresight: what an architecture will cost, before it exists. No engine, no account; network only to refresh prices.

It reads graphs and architectures; commands and rendering import it, and nothing else does.
"""
