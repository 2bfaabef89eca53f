"""Relations between inputs that AWS refuses and neither the API models nor moto know."""

from collections.abc import Mapping
from typing import Any

Inputs = Mapping[str, Any]
Broken = list[tuple[str, str]]
