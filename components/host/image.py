"""Which machine image fits an instance type."""

import re

_TYPE = re.compile(r"(?P<family>[a-z]+\d+(?P<options>[a-z0-9-]*))\.[a-z0-9-]+")


def architecture(instance_type: str) -> str:
    """`arm64` for Graviton, else `x86_64`. Raises ValueError for an invalid instance type.

    A `g` among the letters after the generation means Graviton (t4g, c7gn, im4gn); a1 was the first of them. Source:
    EC2 User Guide, "Instance type naming conventions".
    """
    parts = _TYPE.fullmatch(instance_type)
    if not parts:
        raise ValueError(f"instance_type: {instance_type!r} is not an instance type such as t4g.small")
    return "arm64" if "g" in parts["options"] or parts["family"] == "a1" else "x86_64"


def image_parameter(instance_type: str) -> str:
    """The public parameter that names the newest Amazon Linux 2023 image for an instance type."""
    kind = architecture(instance_type)
    return f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{kind}"
