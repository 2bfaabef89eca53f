"""When a pool takes a connection back from a client. Pure."""

from enum import StrEnum


class PoolMode(StrEnum):
    SESSION = "session"
    """When the client closes it: safe for everything."""
    TRANSACTION = "transaction"
    """After each transaction: nothing may outlive one in the session."""
    STATEMENT = "statement"
    """After each statement: no transactions of several statements. PgBouncer only."""
