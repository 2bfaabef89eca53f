"""How moto is patched: a method replaced or added, a dropped parameter kept."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Response = Any


def replace(owner: type, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replace (or add) a method by a function that gets the original as its first argument."""

    def patch(made: Callable[..., Any]) -> Callable[..., Any]:
        original = getattr(owner, name, None)

        def method(self: Any, *given: Any, **named: Any) -> Any:
            return made(original, self, *given, **named)

        method.__name__ = name
        setattr(owner, name, method)
        return made

    return patch


def keep(owner: type, actions: Iterable[str], of: Callable[[Response], Any], parameters: Mapping[str, str]) -> None:
    """After each action copy request parameters onto the model object: {Parameter: attribute}."""
    for action in actions:

        @replace(owner, action)
        def kept(original: Any, self: Response) -> Any:
            answer = original(self)
            found = of(self)
            for parameter, attribute in parameters.items():
                value = self._get_param(parameter)
                if value is not None:
                    setattr(found, attribute, value)
            return answer
