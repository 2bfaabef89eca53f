"""PyYAML, without the patterns that it compiles at import for its reader and resolver in Python: 14 of them, one takes
6 ms, and libyaml's reader uses none. Each is compiled at its first use."""

import re
from typing import Any


class _Pattern:
    def __init__(self, *arguments: Any):
        self._arguments = arguments

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(*self._arguments), name)
        setattr(self, name, method)
        return method


_compile = re.compile
re.compile = _Pattern
try:
    import yaml
finally:
    re.compile = _compile

__all__ = ["yaml"]
