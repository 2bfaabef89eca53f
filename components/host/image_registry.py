"""Private registries: which images need a login, and the right to pull them."""

import re
from collections.abc import Iterable

# One registry has four names: for IPv4 (`.dkr.ecr.`) or also IPv6 (`.dkr-ecr.`), each with `-fips` too. ECR User Guide,
# "Making requests to Amazon ECR registries"; the helper that logs in knows them so (amazon-ecr-credential-helper 0.10).
ECR = re.compile(
    r"(?P<host>(?P<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)"
    r"\.(amazonaws\.com(\.cn)?|on\.(aws|amazonwebservices\.com\.cn)))/"
    r"(?P<name>[a-z0-9._/-]+)(:(?P<tag>[^@]+))?(@(?P<digest>.+))?"
)


def registries(images: Iterable[str]) -> list[str]:
    """The hosts of the private ECR registries among `images`, sorted. Other images are pulled without a login."""
    return sorted({image["host"] for image in map(ECR.fullmatch, images) if image})


def repository_arns(images: Iterable[str], partition: str = "aws") -> list[str]:
    """The ECR repositories that a host's role must be allowed to pull from, sorted; those of other accounts too (whose
    own policy must let this account in)."""
    matches = {match for match in map(ECR.fullmatch, images) if match}
    return sorted({f"arn:{partition}:ecr:{m['region']}:{m['account']}:repository/{m['name']}" for m in matches})
