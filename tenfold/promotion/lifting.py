"""What keeps a resource from being deleted at AWS itself, and taking it off first: Pulumi's protection is not the only
one. One more run of the engine, on those resources alone, before anything goes."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from blueprints.architecture import Architecture
from tenfold.deployment import Deployment
from tenfold.diff import Change, Difference
from tenfold.failure import Failure
from tenfold.graph import Resource
from tenfold.promotion.checks import Asked, State
from tenfold.refusals import Refusal

_GOING = ("delete", "replace")
_BUCKET = "aws:s3/bucket:Bucket"

# Type -> inputs that let AWS (or the provider) delete it. Sources: RDS DeleteDBInstance, ELB DeleteLoadBalancer (both
# refuse while protected), S3 DeleteBucket (refuses while there are objects; the provider then empties it).
_LETS_GO: Mapping[str, Mapping[str, Any]] = {
    "aws:rds/instance:Instance": {"deletionProtection": False},
    "aws:lb/loadBalancer:LoadBalancer": {"enableDeletionProtection": False},
    _BUCKET: {"forceDestroy": True},
}


def lift(made: Deployment, now: Architecture, difference: Difference, given_up: Collection[str]) -> None:
    """Before `difference` removes something. `given_up` are URNs whose content may be lost, by name. Raises `Failure`
    where the run fails; then nothing has gone."""
    wanted = to_lift(difference, given_up)
    if not wanted:
        return
    from tenfold.engine.progress import Progress

    overrides = {**now.overrides}
    for urn, inputs in wanted.items():
        name = urn.rsplit("::", 1)[-1]
        overrides[name] = {**overrides.get(name, {}), **inputs}
    result = made.driving(replace(now, overrides=overrides)).up(Progress(), only=wanted)
    if result.code:
        raise Failure(
            "The deletion protection could not be taken off; nothing was removed.",
            why=result.failed,
            remedies=("Run this again.",),
            code=result.code,
        )


def full_buckets(asked: Asked, held: State, difference: Difference, given_up: Collection[str]) -> list[Refusal]:
    """Buckets that would go with somebody's files in them: S3 refuses then, in the middle of the run."""
    ids = {resource["urn"]: resource.get("id") for resource in held}
    found = []
    for change in difference.resources:
        if change.op not in _GOING or change.type != _BUCKET or change.urn in given_up or _only_logs(change):
            continue
        told = asked.client("s3").list_object_versions(Bucket=ids[change.urn], MaxKeys=1)
        if told.get("Versions") or told.get("DeleteMarkers"):
            instead = f"move them elsewhere, or give them up: --accept-loss '{change.urn}'"
            found.append(Refusal(f"{change.name} holds files.", "they would be lost with the bucket", instead))
    return found


def to_lift(difference: Difference, given_up: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """URN -> the inputs to set. A bucket is emptied only where its content was given up, or is logs."""
    found: dict[str, Mapping[str, Any]] = {}
    for change in difference.resources:
        if change.op not in _GOING:
            continue
        resource: Resource = difference.before.resources[change.moved_from or change.urn]
        inputs = {k: v for k, v in _LETS_GO.get(change.type, {}).items() if resource.inputs.get(k, not v) != v}
        if change.type == _BUCKET and not (change.urn in given_up or _only_logs(change)):
            continue
        if inputs:
            found[change.urn] = inputs
    return found


def _only_logs(change: Change) -> bool:
    return change.name.endswith("-logs")
