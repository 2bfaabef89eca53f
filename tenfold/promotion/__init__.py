"""A promotion's steps, runbooks, checks and refusals, and the edit that writes it into the blueprint."""
