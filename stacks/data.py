"""What is kept: the managed database and the cache, and what the hosts must know and may reach of them."""

from dataclasses import dataclass, field
from typing import Any

from components import cache as cache_component
from components import contract
from components.cache import Cache
from components.database import Database
from components.encryption import Encryption
from components.network import Network
from stacks.base import Base


@dataclass(frozen=True)
class Data:
    """`settings` for the application; `reached` for the hosts' security group; `secret_arns` and `statements` for
    their role."""

    database: Database | None = None
    cache: Cache | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    reached: dict[str, Any] = field(default_factory=dict)
    secret_arns: list[Any] = field(default_factory=list)
    statements: list[Any] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
