"""What keeps a resource from being deleted at AWS itself: refused before a run that would meet it, or switched off
first where the resource may go. The state is changed before AWS is: where a run ends in between, the next `up` finds a
difference and switches back on what the program has on."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tenfold import exits
from tenfold.deployment import Deployment
from tenfold.diff import Change, Difference
from tenfold.diff.model import Refusal
from tenfold.failure import Failure
from tenfold.promotion.checks import Asked, State
from tenfold.providers.aws import deletion
from tenfold.providers.aws.deletion import Inputs

_ZONE, _QUEUE, _VAULT = "aws:route53/zone:Zone", "aws:sqs/queue:Queue", "aws:backup/vault:Vault"


def going(difference: Difference) -> Iterator[Change]:
    return (change for change in difference.resources if change.op in ("delete", "replace"))


def blocked_deletions(deployed: State, difference: Difference) -> Inputs:
    """What would go in `difference`, whole or in part, and AWS would not delete. A console may have switched a
    protection on or off since: what the state has read back counts."""
    known = {resource["urn"]: deletion.values(resource) for resource in deployed}
    locks = {}
    for change in difference.resources:
        urn = change.moved_from or change.urn
        if change.op not in ("delete", "replace", "update"):
            continue
        inputs = known.get(urn) or difference.before.resources[urn].inputs
        if change.op == "update":
            off = deletion.leaving_blocks(change.type, inputs, difference.after.resources[change.urn].inputs)
        else:
            off = deletion.blocking_inputs(change.type, inputs)
        if off:
            locks[urn] = off
    return locks


def refuse_blocked(target: Deployment, deployed: State, difference: Difference) -> None:
    """Raises `Failure` (refused) where AWS would not delete what `difference` removes or replaces."""
    changes = blocked_deletions(deployed, difference)
    full = [change for change in _unemptied(difference, ()) if _is_full(asked_by(target), deployed, change)]
    changes |= {change.urn: deletion.emptying_input(change.type) for change in full}
    if not changes:
        return
    names = {urn: urn.rsplit("::", 1)[-1] for urn in changes}
    fates = {"delete": "be removed", "replace": "be replaced", "update": "lose a copy"}
    fate = {c.moved_from or c.urn: fates[c.op] for c in difference.resources if c.op in fates}
    settings = ", ".join(f"{names[urn]}: {_as_yaml(inputs)}" for urn, inputs in changes.items())
    raise Failure(
        f"AWS would refuse to delete {', '.join(names.values())}.",
        why="\n".join(f"{name} would {fate[urn]}, and {_why(urn, full)}" for urn, name in names.items())
        + "\nthe run would stop there, after everything before it",
        remedies=(
            f"with the blueprint as it is deployed, add `overrides: {{{settings}}}`, then",
            f"tenfold up {target.flags}   and after it this again. Nothing was changed.",
        ),
        code=exits.REFUSED,
    )


def _why(urn: str, full: Collection[Change]) -> str:
    change = next((change for change in full if change.urn == urn), None)
    return f"it holds {deletion.content(change.type)}" if change else "its deletion protection is on"


def _as_yaml(inputs: Mapping[str, Any]) -> str:
    """In one line, as `overrides` takes it."""
    import yaml

    return yaml.safe_dump(inputs, default_flow_style=True, width=float("inf"), sort_keys=False).strip()


@contextmanager
def unlock_resources(target: Deployment, deployed: State, urns: Collection[str], changes: Inputs) -> Iterator[None]:
    """For the run inside, which removes something: the engine's protection of `urns` is lifted, and `changes` is set in
    the state and, where it is a protection, at AWS. Nothing is deployed. Raises `Failure` where AWS refuses; then
    nothing has gone, and the next `up` puts all of it back."""
    _refuse_without_a_call(deployed, changes)
    with target.driver.lift_protection(urns, changes):
        _switch_off(target, deployed, changes)
        yield


def _refuse_without_a_call(deployed: State, changes: Inputs) -> None:
    if by_hand := deletion.without_a_call(deployed, changes):
        names = ", ".join(urn.rsplit("::", 1)[-1] for urn in by_hand)
        settings = ", ".join(f"{urn.rsplit('::', 1)[-1]}: {_as_yaml(changes[urn])}" for urn in by_hand)
        raise Failure(
            f"AWS would refuse to delete {names}.",
            why="the deletion protection is on",
            remedies=(f"with the blueprint as deployed, `overrides: {{{settings}}}` and `tenfold up`; then this",),
            code=exits.REFUSED,
        )


def _switch_off(target: Deployment, deployed: State, changes: Inputs) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    if not changes:
        return
    try:
        deletion.switch_off(deployed, changes, asked_by(target).client)
    except (BotoCoreError, ClientError) as error:
        raise Failure(
            "The deletion protection could not be switched off; nothing was removed.",
            why=f"AWS says: {error}",
            remedies=("Run this again.", f"tenfold up {target.flags}   instead puts every protection back"),
        ) from error


def asked_by(target: Deployment) -> Asked:
    cloud = target.where.cloud
    return Asked(target.architecture, cloud.endpoint if cloud else None)


def not_empty(asked: Asked, deployed: State, difference: Difference, given_up: Collection[str]) -> list[Refusal]:
    """What would go with somebody's files in it (S3 refuses then, in the middle of the run), or with messages that
    nobody has received, which SQS deletes without a word."""
    files = (c for c in _unemptied(difference, given_up) if not _only_logs(c) and _is_full(asked, deployed, c))
    queues = (c for c in going(difference) if c.type == _QUEUE and c.urn not in given_up)
    contents = [
        *((change, deletion.content(change.type), "move them elsewhere") for change in files),
        *((c, "messages", "let them be received") for c in queues if _has_messages(asked, deployed, c)),
    ]
    return [
        Refusal(
            f"{change.name} holds {what}.",
            f"they would be lost with the {change.type.rsplit(':', 1)[-1].lower()}",
            f"{instead}, or give them up: --accept-loss '{change.urn}'",
        )
        for change, what, instead in contents
    ]


def _has_messages(asked: Asked, deployed: State, change: Change) -> bool:
    """Whether any are waiting, delayed or being received. What AWS does not say (it is gone) counts as none."""
    from botocore.exceptions import BotoCoreError, ClientError

    resource = next((r for r in deployed if r["urn"] == (change.moved_from or change.urn)), None)
    if resource is None:
        return False
    sqs = asked.client("sqs", (resource.get("outputs") or {}).get("region"))
    try:
        answer = sqs.get_queue_attributes(QueueUrl=resource["id"], AttributeNames=["All"])["Attributes"]
    except (BotoCoreError, ClientError):
        return False
    return any(int(count) for kind, count in answer.items() if kind.startswith("ApproximateNumberOfMessages"))


def to_lift(deployed: State, difference: Difference, given_up: Collection[str], *, logs: bool = False) -> Inputs:
    """URN -> the inputs to set. What has content is emptied only where that was given up or, with `logs`, is logs."""
    locks = blocked_deletions(deployed, difference)
    for change in _unemptied(difference, ()):
        if change.urn in given_up or (logs and _only_logs(change)):
            locks[change.urn] = {**locks.get(change.urn, {}), **deletion.emptying_input(change.type)}
    return locks


def _unemptied(difference: Difference, given_up: Collection[str]) -> list[Change]:
    """What would go, may have content that keeps it from going, and is not emptied by the provider."""
    return [
        change
        for change in going(difference)
        if (emptied := deletion.emptying_input(change.type))
        and change.urn not in given_up
        and not all(_before(difference, change).get(key) == value for key, value in emptied.items())
    ]


def _before(difference: Difference, change: Change) -> dict:
    return dict(difference.before.resources[change.moved_from or change.urn].inputs)


def _is_full(asked: Asked, deployed: State, change: Change) -> bool:
    """Whether it has content that no resource of the stack is. What AWS does not say (it is gone) counts as empty."""
    from botocore.exceptions import BotoCoreError, ClientError

    resource = next((r for r in deployed if r["urn"] == (change.moved_from or change.urn)), None)
    if resource is None:
        return False
    try:
        if change.type == _ZONE:
            return _strange_records(asked, deployed, resource["id"])
        if change.type == _VAULT:
            backup = asked.client("backup", (resource.get("outputs") or {}).get("region"))
            return bool(backup.describe_backup_vault(BackupVaultName=resource["id"])["NumberOfRecoveryPoints"])
        answer = asked.client("s3").list_object_versions(Bucket=resource["id"], MaxKeys=1)
        return bool(answer.get("Versions") or answer.get("DeleteMarkers"))
    except (BotoCoreError, ClientError):
        return False


def _strange_records(asked: Asked, deployed: State, zone: str) -> bool:
    """Records of a zone that somebody else wrote; its own go with it, before it."""
    records = [r["outputs"] for r in deployed if r["type"] == "aws:route53/record:Record"]
    own = {(str(record.get("name")).rstrip("."), record.get("type")) for record in records}
    answer = asked.client("route53").list_resource_record_sets(HostedZoneId=zone, MaxItems="300")["ResourceRecordSets"]
    kinds = {(one["Name"].rstrip("."), one["Type"]) for one in answer if one["Type"] not in ("NS", "SOA")}
    return bool(kinds - own)


def _only_logs(change: Change) -> bool:
    return change.name.endswith("-logs")
