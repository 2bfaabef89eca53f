"""Machine images: which Amazon Linux 2023 an instance type boots."""

import re

# AWS keeps the newest image's id in these public parameters. Source: Amazon Linux 2023 user guide, "Amazon EC2".
NEWEST = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"

# Graviton families carry a g right after the generation (t4g, c7gn, im4gn, is4gen, x2gd, r8gb); a1 was the first.
# Source: EC2 instance types guide, "Naming conventions". g4dn and g5 are GPUs of the x86 kind.
_GRAVITON = re.compile(r"a1|[a-z]+\d+g[a-z]*(-[a-z0-9]+)?")


def architecture(instance_type: str) -> str:
    """`arm64` or `x86_64`. Raises ValueError for what is no instance type."""
    family, _, size = instance_type.partition(".")
    if not size or not re.fullmatch(r"[a-z0-9-]+", family):
        raise ValueError(f"instance type: {instance_type!r} is none; they look like t4g.small.")
    return "arm64" if _GRAVITON.fullmatch(family) else "x86_64"


def newest(instance_type: str) -> str:
    """The public SSM parameter that holds the newest image for the type."""
    return NEWEST.format(architecture=architecture(instance_type))
