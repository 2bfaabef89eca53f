"""PyYAML, without what it compiles for its reader and resolver in Python: 14 patterns, of which one takes 6 ms, and
none is used where libyaml reads. Each is compiled at its first use."""

import re
from typing import Any


class _Pattern:
    def __init__(self, *arguments: Any):
        self._arguments = arguments

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._arguments), name)
        setattr(self, name, found)
        return found


_compile = re.compile
re.compile = _Pattern
try:
    import yaml
finally:
    re.compile = _compile

__all__ = ["yaml"]
