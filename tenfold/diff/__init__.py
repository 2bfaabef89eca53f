"""What differs between two graphs, as data: no engine, no account, nothing printed."""

from tenfold.diff.compare import compare
from tenfold.diff.model import Change, Difference, Property

__all__ = ["Change", "Difference", "Property", "compare"]
