"""The names `import pulumi` gives a program: the part of the SDK's surface that is modelled."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light import assets, config, options, outputs, resources, session


def export(name: str, value: Any) -> None:
    session.active().exports[name] = value


def get_stack() -> str:
    return session.active().run.stack


def get_project() -> str:
    return session.active().run.project


def get_organization() -> str:
    return "organization"  # what a file backend calls it


def is_dry_run() -> bool:
    return True


def register_stack_transformation(transformation: Any) -> None:
    current = session.active()
    current.transformations = [transformation, *current.transformations]


def log(msg: str, resource: Any = None, stream_id: int | None = None, ephemeral: bool | None = None) -> None:
    """Messages are for a run that changes something."""


NAMES: Mapping[str, Any] = {
    **{name: getattr(outputs, name) for name in ("Output", "Input", "Inputs", "InputType", "contains_unknowns")},
    **{
        name: getattr(resources, name)
        for name in ("Resource", "CustomResource", "ComponentResource", "ProviderResource")
    },
    **{
        name: getattr(options, name)
        for name in (
            "Alias",
            "CustomTimeouts",
            "InvokeOptions",
            "InvokeOutputOptions",
            "ResourceOptions",
            "ResourceTransformationArgs",
            "ResourceTransformationResult",
            "ROOT_STACK_RESOURCE",
            "StateMigration",
            "StateMigrationArgs",
            "StateMigrationResult",
        )
    },
    **{
        name: getattr(assets, name)
        for name in (
            "Archive",
            "Asset",
            "AssetArchive",
            "FileArchive",
            "FileAsset",
            "RemoteArchive",
            "RemoteAsset",
            "StringAsset",
        )
    },
    "Config": config.Config,
    "ConfigMissingError": config.ConfigMissingError,
    "ConfigTypeError": config.ConfigTypeError,
    "export": export,
    "get_organization": get_organization,
    "get_project": get_project,
    "get_stack": get_stack,
    **dict.fromkeys(("debug", "info", "warn", "error"), log),
}
RUNTIME: Mapping[str, Any] = {
    "get_project": get_project,
    "get_stack": get_stack,
    "is_dry_run": is_dry_run,
    "register_stack_transformation": register_stack_transformation,
}


class Light(ModuleType):
    """A module with the names given to it; any other is refused by name."""

    def __init__(self, name: str, names: Mapping[str, Any]):
        super().__init__(name)
        self.__dict__.update(names)
        self.__path__ = []  # a package: `import pulumi.runtime`

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise Unsupported(f"{self.__name__}.{name} is not modelled by the light recorder")


def modules() -> dict[str, ModuleType]:
    runtime = Light("pulumi.runtime", RUNTIME)
    logs = Light("pulumi.log", dict.fromkeys(("debug", "info", "warn", "error"), log))
    pulumi = Light("pulumi", {**NAMES, "runtime": runtime, "log": logs})
    return {"pulumi": pulumi, "pulumi.runtime": runtime, "pulumi.log": logs}
