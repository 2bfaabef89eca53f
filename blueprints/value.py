"""The base of what a blueprint resolves to: immutable values with named fields, as `@dataclass(frozen=True)` makes.

A dataclass compiles six methods for each class, 0.4 ms; for the 83 that a plan defines it was a quarter of what a user
waits (docs/benchmarks.md). Here they are written once. All else is the standard library's: `dataclasses.replace`,
`fields`, `asdict`, `field` and `__post_init__` work as ever.
"""

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from typing import Any, ClassVar, dataclass_transform


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value:
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.__doc__ = cls.__doc__ or cls.__name__  # or the decorator works out a signature for it
        dataclass(init=False, repr=False, eq=False)(cls)

    def __init__(self, *values: Any, **named: Any) -> None:
        """Raises TypeError as a function with these parameters does."""
        cls, names = type(self).__name__, self.__match_args__
        if len(values) > len(names):
            raise TypeError(f"{cls} takes {len(names)} values, not {len(values)}")
        arguments = dict(zip(names, values, strict=False))
        if twice := arguments.keys() & named.keys():
            raise TypeError(f"{cls} got {', '.join(sorted(twice))} twice")
        arguments.update(named)
        state = vars(self)
        for name in names:
            state[name] = arguments.pop(name) if name in arguments else _default(cls, self.__dataclass_fields__[name])
        if arguments:
            raise TypeError(f"{cls} has no {', '.join(sorted(arguments))}")
        self.__post_init__()

    def __post_init__(self) -> None:
        """For the checks of a subclass."""

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to {type(self).__name__}.{name}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete {type(self).__name__}.{name}")

    def __eq__(self, other: object) -> bool:
        return _contents(self) == _contents(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(_contents(self))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__qualname__}({shown})"


def _contents(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, name) for name in value.__match_args__)


def _default(cls: str, declared: Field[Any]) -> Any:
    if declared.default is not MISSING:
        return declared.default
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    raise TypeError(f"{cls} needs {declared.name}")
