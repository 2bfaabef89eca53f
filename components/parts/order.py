"""Order that AWS needs and no input says: a route before the server that installs packages through it."""

from typing import Any

import pulumi


def after(value: Any, *first: pulumi.Resource) -> pulumi.Output[Any]:
    """`value`, which whoever takes it as an input gets only once all of `first` exist; destroyed, they go after it.

    It stays known in a preview, unlike an output of `first` would: a URN is known before its resource exists.
    """
    return pulumi.Output.all(value, *[resource.urn for resource in first]).apply(lambda known: known[0])
