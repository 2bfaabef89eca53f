"""`pulumi.Config`: the stack's configuration, read with the SDK's rules."""

import json
from collections.abc import Callable
from typing import Any

from tenfold.recorder.light import session
from tenfold.recorder.light.outputs import Output


class ConfigMissingError(Exception):
    pass


class ConfigTypeError(Exception):
    pass


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text]


_KINDS: dict[str, Callable[[str], Any]] = {
    "": str,
    "_bool": _boolean,
    "_int": int,
    "_float": float,
    "_object": json.loads,
}


class Config:
    """`get`, `require`, `get_secret`, `require_secret`, each also for `_bool`, `_int`, `_float` and `_object`."""

    def __init__(self, name: str | None = None):
        self.name = name or session.active().run.project

    def full_key(self, key: str) -> str:
        return f"{self.name}:{key}"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        verb, _, rest = name.partition("_")
        secret, kind = rest.startswith("secret"), rest.removeprefix("secret").strip("_")
        kind = f"_{kind}" if kind else ""
        if verb not in ("get", "require") or kind not in _KINDS:
            raise AttributeError(f"'Config' object has no attribute '{name}'")
        return lambda key, default=None: self._read(key, kind, secret, verb == "require", default)

    def _read(self, key: str, kind: str, secret: bool, required: bool, default: Any) -> Any:
        text = session.active().run.config.get(self.full_key(key))
        if text is None:
            if required:
                raise ConfigMissingError(f"Missing required configuration variable '{self.full_key(key)}'")
            return Output.secret(default) if secret and default is not None else default
        try:
            value = _KINDS[kind](text)
        except (KeyError, ValueError):
            type_ = kind.strip("_")
            raise ConfigTypeError(
                f"Configuration '{self.full_key(key)}' value '{text}' is not a valid {type_}"
            ) from None
        return Output.secret(value) if secret else value
