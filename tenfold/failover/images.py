"""Container images that servers of the region that takes over fetch from that region's registry (ECR)."""

from collections.abc import Iterator, Sequence
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.standby import image_in
from tenfold.components.host.image_registry import ECR
from tenfold.failover import trouble

_ABSENT = {"ImageNotFoundException", "RepositoryNotFoundException"}


def of(a: Architecture, here: str, away: str) -> tuple[str, ...]:
    """What runs there, as the registry of `here` calls it."""
    jobs = [a.app.jobs.image] if a.app.jobs else []
    images = [a.app.image, *jobs, *(service.image for service in a.running_services.values())]
    return tuple(dict.fromkeys(image_in(here, away, image) for image in images))


def missing(ecr: Any, images: Sequence[str]) -> Iterator[str]:
    """The images that ECR does not have. Images of other registries are skipped, and so are errors of ECR: servers that
    already run need no image."""
    from botocore.exceptions import BotoCoreError, ClientError

    for image in images:
        if parts := ECR.fullmatch(image):
            which = {"imageDigest": parts["digest"]} if parts["digest"] else {"imageTag": parts["tag"] or "latest"}
            try:
                ecr.describe_images(registryId=parts["account"], repositoryName=parts["name"], imageIds=[which])
            except (BotoCoreError, ClientError) as wrong:
                if trouble.code(wrong) in _ABSENT:
                    yield image
