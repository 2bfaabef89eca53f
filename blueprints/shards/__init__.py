"""Shards of a database: which of them a key is on. Pure data and arithmetic."""
