"""The classes a program derives from and calls: resources of their own kind, components, providers."""

import os
import sys
from collections.abc import Mapping
from functools import cache
from types import FrameType
from typing import Any

from tenfold.graph import DuplicateUrn
from tenfold.recorder.errors import Unsupported
from tenfold.recorder.light import session, tables
from tenfold.recorder.light.options import (
    NONE,
    UNSUPPORTED,
    ResourceOptions,
    ResourceTransformationArgs,
    as_list,
)
from tenfold.recorder.light.outputs import Ref
from tenfold.recorder.light.registration import Registration
from tenfold.recorder.light.values import Registered

_HERE = os.path.dirname(os.path.abspath(__file__))


class Resource(Registered):
    def __init__(
        self,
        t: str,
        name: str,
        custom: bool,
        props: Mapping[str, Any] | None = None,
        opts: ResourceOptions | None = None,
        remote: bool = False,
        dependency: bool = False,
        package_ref: Any = None,
    ):
        if remote or package_ref is not None:
            raise Unsupported("remote components and parameterised packages")
        if not t:
            raise TypeError("Missing resource type argument")
        if props is not None and not hasattr(props, "keys"):
            raise TypeError("Expected resource properties to be a mapping")
        register(self, t, name, custom, None, dict(props) if props else {}, opts)

    @property
    def urn(self) -> Ref:
        return Ref(self._light, "urn")

    @property
    def pulumi_resource_type(self) -> str:
        return self._light.type

    @property
    def pulumi_resource_name(self) -> str:
        return self._light.name

    def __getattr__(self, name: str) -> Any:
        """Reached only for what is not set: an output property, made now."""
        own = self.__dict__
        light = own.get("_light")
        if light is not None and light.has_output(name):
            ref = own[name] = Ref(light, name)
            return ref
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


class CustomResource(Resource):
    def __init__(
        self,
        t: str,
        name: str,
        props: Mapping[str, Any] | None = None,
        opts: ResourceOptions | None = None,
        dependency: bool = False,
        package_ref: Any = None,
    ):
        super().__init__(t, name, True, props, opts, False, dependency, package_ref)


class ComponentResource(Resource):
    def __init__(
        self,
        t: str,
        name: str,
        props: Mapping[str, Any] | None = None,
        opts: ResourceOptions | None = None,
        remote: bool = False,
        package_ref: Any = None,
    ):
        super().__init__(t, name, False, props, opts, remote, False, package_ref)
        self.__dict__["id"] = None

    def register_outputs(self, outputs: Mapping[str, Any] | None) -> None:
        session.active().component_outputs.append((self._light, outputs or {}))


class ProviderResource(CustomResource):
    def __init__(
        self,
        pkg: str,
        name: str,
        props: Mapping[str, Any] | None = None,
        opts: ResourceOptions | None = None,
        dependency: bool = False,
        package_ref: Any = None,
    ):
        super().__init__(f"pulumi:providers:{pkg}", name, props, opts, dependency, package_ref)

    @property
    def package(self) -> str:
        return self._light.package


def register(
    self: Resource,
    type_: str,
    name: str,
    custom: bool,
    table: Any,
    properties: dict[str, Any],
    opts: ResourceOptions | None,
) -> Registration:
    """Gives the resource its identity and its place in the session. Raises `DuplicateUrn` at the second one's line."""
    if not name:
        raise TypeError("Missing resource name argument (for URN creation)")
    if not isinstance(name, str):
        raise TypeError("Expected resource name to be a string")
    if opts is not None and not isinstance(opts, ResourceOptions):
        raise TypeError("Expected resource options to be a ResourceOptions instance")
    opts = opts or NONE
    if opts.parent is not None and not isinstance(opts.parent, Resource):
        raise TypeError("Resource parent is not a valid Resource")
    current = session.active()
    parent: Registration | None = opts.parent._light if opts.parent is not None else None
    light = self.__dict__["_light"] = Registration(type_, name, custom, table, _caller(self))
    if isinstance(self, ProviderResource):
        light.package = type_.rsplit(":", 1)[1]
    light.transformations = parent.transformations if parent else current.transformations
    if light.transformations or opts.transformations:
        properties, opts = _transform(self, properties, opts)
    if not UNSUPPORTED.isdisjoint(opts.__dict__):
        raise Unsupported(f"the resource option `{min(UNSUPPORTED & opts.__dict__.keys())}`")
    light.properties, light.options, light.parent = properties, opts.__dict__.copy(), parent
    _descend(light, parent, opts)
    _choose_provider(light, parent, opts)
    light.urn = f"{current.prefix}{light.qualified}::{name}"
    if light.urn in current.by_urn:
        raise DuplicateUrn(light.urn, current.by_urn[light.urn].place, light.place)
    light.number = len(current.resources)
    current.by_urn[light.urn] = light
    current.resources.append(light)
    return light


def _caller(resource: Resource) -> tuple[str, int]:
    """The line that made the resource: outside the recorder and outside the resource's own constructors."""
    generated = type(resource).__module__.startswith(tables.PACKAGES)  # the program has no constructor of it
    frame = sys._getframe(2)
    while frame.f_back is not None:
        if not frame.f_code.co_filename.startswith(_HERE) and (generated or not _constructs(frame, resource)):
            break
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _constructs(frame: FrameType, resource: Resource) -> bool:
    code = frame.f_code
    if code.co_name != "__init__" or not code.co_varnames:
        return False
    return frame.f_locals.get(code.co_varnames[0]) is resource


def _transform(
    self: Resource, properties: dict[str, Any], opts: ResourceOptions
) -> tuple[dict[str, Any], ResourceOptions]:
    light = self._light
    light.transformations = [*(opts.transformations or ()), *light.transformations]
    if light.table is not None:
        properties = {key: properties.get(key) for key in light.table.outputs}
    for transformation in light.transformations:
        result = transformation(ResourceTransformationArgs(self, light.type, light.name, properties, opts))
        if result is not None:
            if result.opts.parent is not opts.parent:
                raise RuntimeError("Transformations cannot currently be used to change the `parent` of a resource.")
            properties, opts = result.props, result.opts
    return properties, opts


def _descend(light: Registration, parent: Registration | None, opts: ResourceOptions) -> None:
    """Types of all ancestors, the tier, and protection come from above."""
    light.protect = opts.protect
    light.qualified, light.tier = light.type, light.name
    if parent is not None:
        light.qualified, light.tier = sys.intern(f"{parent.qualified}${light.type}"), parent.tier
        parent.children.append(light)
        if light.protect is None:
            light.protect = parent.protect


@cache
def _package(type_: str) -> str:
    """`aws` of `aws:s3/bucket:Bucket`."""
    return type_.partition(":")[0] if type_.count(":") == 2 else ""


def _choose_provider(light: Registration, parent: Registration | None, opts: ResourceOptions) -> None:
    """An explicit provider for the type's package, own or from above; components pass theirs on to their children."""
    above = parent.providers if parent else light.providers
    package = _package(light.type)
    if opts.provider is None and opts.providers is None:
        light.providers = above
        light.provider = above.get(package) if light.custom else None
        return
    providers = opts.providers.values() if isinstance(opts.providers, Mapping) else as_list(opts.providers)
    own = {provider.package: provider._light for provider in providers}
    chosen = own.get(package) or above.get(package)
    if opts.provider is not None:
        explicit = opts.provider._light
        if explicit.package == package:
            chosen = explicit
        own.setdefault(explicit.package, explicit)
    light.providers = {**above, **own}
    light.provider = chosen if light.custom else None
