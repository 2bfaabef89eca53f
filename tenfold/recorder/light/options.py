"""Resource options, with the SDK's rules for merging them."""

from collections.abc import Mapping
from typing import Any

from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light.outputs import Output
from tenfold.recorder.light.values import Registered

LISTS = frozenset(
    {
        "additional_secret_outputs",
        "aliases",
        "hide_diffs",
        "ignore_changes",
        "replace_on_changes",
        "replace_with",
        "state_migrations",
        "transformations",
        "transforms",
    }
)
SCALARS = frozenset(
    {
        "custom_timeouts",
        "delete_before_replace",
        "deleted_with",
        "env_var_mappings",
        "id",
        "import_",
        "parent",
        "plugin_download_url",
        "protect",
        "provider",
        "replacement_trigger",
        "retain_on_delete",
        "urn",
        "version",
    }
)
NAMES = LISTS | SCALARS | {"depends_on", "providers", "hooks"}
UNSUPPORTED = {"hooks", "urn"}


class _Merge:
    """`ResourceOptions.merge(a, b)` and `a.merge(b)` are both in use."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        return merge if instance is None else lambda other: merge(instance, other)


_NotGiven: Any = type("_NotGiven", (), dict.fromkeys(NAMES))


class ResourceOptions(_NotGiven):
    """Keeps only the options that were given, so that most are never looked at; the others are `None`."""

    merge = _Merge()

    def __init__(self, parent: Any = None, depends_on: Any = None, protect: Any = None, **options: Any):
        fields = self.__dict__
        if parent is not None:
            fields["parent"] = parent
        if protect is not None:
            fields["protect"] = protect
        if depends_on is not None:
            fields["depends_on"] = depends_on
            _check_depends_on(depends_on)
        for name, value in options.items():
            if name not in NAMES:
                raise TypeError(f"ResourceOptions.__init__() got an unexpected keyword argument '{name}'")
            if value is not None:
                fields[name] = value


NONE = ResourceOptions()


def _check_depends_on(depends_on: Any) -> None:
    if not isinstance(depends_on, Output):
        for item in as_list(depends_on):
            if not isinstance(item, Registered | Output):
                raise TypeError(f"'depends_on' was passed a value {item} that was not a Resource.")


def as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def merge(first: ResourceOptions | None, second: ResourceOptions | None) -> ResourceOptions:
    """The second wins, lists are joined, `None` in the second changes nothing."""
    for options in (first, second):
        if options is not None and not isinstance(options, ResourceOptions):
            raise TypeError("Expected opts to be a ResourceOptions instance")
    a, b = (options or NONE for options in (first, second))
    if a.hooks is not None or b.hooks is not None:
        raise Unsupported("resource hooks")
    merged = ResourceOptions()
    fields = merged.__dict__
    fields.update(a.__dict__)
    fields.update({name: value for name, value in b.__dict__.items() if name in SCALARS})
    for name in LISTS:
        lists = [options.__dict__[name] for options in (a, b) if name in options.__dict__]
        if lists:
            fields[name] = lists[0] if len(lists) == 1 else lists[0] + lists[1]
    _merge_depends_on(a.depends_on, b.depends_on, fields)
    providers = [*_provider_list(a.providers), *_provider_list(b.providers)]
    fields.pop("providers", None)
    if providers:
        fields["providers"] = {provider.package: provider for provider in providers}
    return merged


def _merge_depends_on(a: Any, b: Any, fields: dict[str, Any]) -> None:
    if isinstance(a, Output) or isinstance(b, Output):
        both = [value if isinstance(value, Output) else as_list(value) for value in (a, b)]
        fields["depends_on"] = Output.all(*both).apply(lambda lists: as_list(lists[0]) + as_list(lists[1]))
    elif a is not None or b is not None:
        fields["depends_on"] = as_list(a) + as_list(b)


def _provider_list(providers: Any) -> list[Any]:
    return list(providers.values()) if isinstance(providers, Mapping) else as_list(providers)


class Alias:
    """A former identity. Fields left out (`...`) are as they are now."""

    def __init__(
        self, name: Any = ..., type_: Any = ..., parent: Any = ..., stack: Any = ..., project: Any = ...
    ) -> None:
        self.name, self.type_, self.parent, self.stack, self.project = name, type_, parent, stack, project


ROOT_STACK_RESOURCE = None


class CustomTimeouts:
    def __init__(
        self, create: str | None = None, update: str | None = None, delete: str | None = None, read: str | None = None
    ) -> None:
        self.create, self.update, self.delete, self.read = create, update, delete, read


class StateMigrationArgs:
    def __init__(self, urn: str, old_state: list[dict[str, Any]]) -> None:
        self.urn, self.old_state = urn, old_state


class StateMigrationResult:
    def __init__(self, new_state: list[dict[str, Any]], successors: dict[str, str] | None = None) -> None:
        self.new_state, self.successors = new_state, successors


class StateMigration:
    """Only ever stands in signatures."""


class InvokeOptions:
    def __init__(
        self,
        parent: Any = None,
        provider: Any = None,
        version: Any = None,
        plugin_download_url: Any = None,
        depends_on: Any = None,
    ) -> None:
        self.parent, self.provider, self.version = parent, provider, version
        self.plugin_download_url, self.depends_on = plugin_download_url, depends_on


InvokeOutputOptions = InvokeOptions


class ResourceTransformationArgs:
    def __init__(self, resource: Any, type_: str, name: str, props: Any, opts: ResourceOptions):
        self.resource, self.type_, self.name, self.props, self.opts = resource, type_, name, props, opts


class ResourceTransformationResult:
    def __init__(self, props: Any, opts: ResourceOptions):
        self.props, self.opts = props, opts
