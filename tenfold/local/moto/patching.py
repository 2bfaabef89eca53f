"""How moto is patched: a method replaced or added, a dropped parameter kept, a name that is taken refused."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tenfold.local.moto.refusal import Refused

Response = Any
Taken = Callable[[Response], bool]


def replace(owner: type, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replace a method by a function that gets the original as its first argument."""

    def patch(function: Callable[..., Any]) -> Callable[..., Any]:
        original = getattr(owner, name, None)

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return function(original, self, *args, **kwargs)

        method.__name__ = name
        setattr(owner, name, method)
        return function

    return patch


def add(owner: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a method under the function's own name, where moto looks for its actions."""

    def patch(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(owner, function.__name__, function)
        return function

    return patch


def keep(owner: type, actions: Iterable[str], of: Callable[[Response], Any], parameters: Mapping[str, str]) -> None:
    """After each action copy request parameters onto the model object: {Parameter: attribute}."""
    for action in actions:

        @replace(owner, action)
        def keep_parameters(original: Any, self: Response) -> Any:
            answer = original(self)
            record = of(self)
            for parameter, attribute in parameters.items():
                value = self._get_param(parameter)
                if value is not None:
                    setattr(record, attribute, value)
            return answer


def refuse_taken(owner: type, action: str, code: str, words: str) -> Callable[[Taken], Taken]:
    """Refuse an action where the function finds that what it asks for exists already (moto would make a second one,
    replace the first, or answer the first), or that what it deletes is in use. Code and words are those of the
    operation's API reference."""

    def patch(taken: Taken) -> Taken:
        @replace(owner, action)
        def refused_where_taken(original: Any, self: Response) -> Any:
            if taken(self):
                raise Refused(code, words)
            return original(self)

        return taken

    return patch
