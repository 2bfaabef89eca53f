"""What all components have in common: their type, the options and tags of their children, their outputs."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, get_args

import pulumi

from tenfold.components.parts.names import route53_tags_with_name, tags_with_name

A = TypeVar("A", bound=Mapping[str, Any])


class Component(pulumi.ComponentResource, Generic[A]):
    """A component of the type `tenfold:index:<class name>`, with arguments of the `TypedDict` `A`.

    A subclass makes its children with `opts=self._child(…)` and `tags=self._tags(<child's name>)`, sets each output
    that it annotates, and calls `self._register()` last.
    """

    goes_on_with = ""
    """The class whose type this one has, so that it keeps that one's resources under their URNs. Default: its own."""

    def __init__(self, name: str, args: A, opts: pulumi.ResourceOptions | None = None):
        """Raises ValueError for an argument that the component does not have: ignored, it would be a silent default."""
        _check_arguments(type(self), args)
        super().__init__(f"tenfold:index:{self.goes_on_with or type(self).__name__}", name, dict(args), opts)
        self._logical = name
        self._inputs = args

    @property
    def _keeps(self) -> bool:
        """Whether what holds data or identity is protected: unless the arguments say `throwaway`."""
        return not self._inputs.get("throwaway", False)

    def _child(self, **options: Any) -> pulumi.ResourceOptions:
        """The options of a child: this component as its parent, and any other of `pulumi.ResourceOptions`."""
        return pulumi.ResourceOptions(parent=self, **options)

    def _call(self) -> pulumi.InvokeOptions:
        """The options of a function call, such as `aws.get_region`."""
        return pulumi.InvokeOptions(parent=self)

    def _tags(self, child: str) -> dict[str, Any]:
        """The tags of the child with this logical name: the caller's, and `Name`."""
        return tags_with_name(self._inputs.get("tags"), child)

    def _tags_in_route53(self, child: str) -> dict[str, Any]:
        """The same of a hosted zone or a health check, which take ten."""
        return route53_tags_with_name(self._inputs.get("tags"), child)

    def _register(self) -> None:
        """Registers every output that the class annotates."""
        self.register_outputs({output: getattr(self, output) for output in type(self).__annotations__})


def _check_arguments(component: type, args: Mapping[str, Any]) -> None:
    bases: tuple[type, ...] = getattr(component, "__orig_bases__", ())
    known = {name for base in bases for arguments in get_args(base) for name in arguments.__annotations__}
    for unknown in sorted(args.keys() - known):
        import difflib  # late: 1 ms that only mistakes need

        near = difflib.get_close_matches(unknown, known, 1)
        hint = f"Did you mean `{near[0]}`?" if near else f"It takes {', '.join(sorted(known))}."
        raise ValueError(f"`{unknown}` is not an argument of {component.__name__}. {hint}")
