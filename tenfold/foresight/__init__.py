"""Foresight: what an architecture will cost, before it exists. Reads graphs and architectures; nothing below imports it.

Pure: no engine, no account, no network but in `refresh`.
"""
