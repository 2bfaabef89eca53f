"""The AWS account a stack is in. Another account answers "not there" to every question about its resources: a refresh
would drop them all from the state, and an `up` would create a second stack, empty."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from tenfold import exits
from tenfold.engine import resume
from tenfold.engine.workspace import Place
from tenfold.failure import Failure

_ARN = re.compile(r"arn:aws[\w-]*:[\w-]+:[\w-]*:(\d{12}):")
_PRIMARY = "::aws-primary"


def recorded_account(deployed: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """(account number, region) of the stack, from the ARNs of its own resources and its primary provider. Empty where
    nothing in the state has an ARN. Most of the ARNs decide: an input may name another account's resource."""
    numbers: Counter[str] = Counter()
    region = ""
    for resource in deployed:
        if resource["type"] == "pulumi:providers:aws" and resource["urn"].endswith(_PRIMARY):
            region = (resource.get("inputs") or {}).get("region", "")
        if resource.get("custom") and not resource.get("external"):
            arn = _ARN.match(str((resource.get("outputs") or {}).get("arn")))
            numbers.update([arn[1]] if arn else ())
    return (numbers.most_common(1)[0][0] if numbers else "", region)


def refuse_another(where: Place, deployed: Iterable[Mapping[str, Any]], asked_in: str = "") -> None:
    """Raises `Failure`: refused where the credentials are another account's, failed where AWS does not say whose they
    are. `asked_in` is the region that is asked, if not the stack's, which may be lost. A local cloud has an identity
    instead: one that has forgotten the stack is refused."""
    if where.cloud:
        resume.check_memory(where)
        return
    account, region = recorded_account(deployed)
    if not account:
        return
    present = current(asked_in or region)
    if present != account:
        raise Failure(
            f"{where.stack} is in account {account}; the credentials are for account {present}.",
            why="the other account has none of its resources: they would count as lost, and be created there, empty",
            remedies=(f"Use credentials of account {account} (AWS_PROFILE, or a role). Nothing was changed.",),
            code=exits.REFUSED,
        )


def current(region: str) -> str:
    """The account number of the credentials at hand, asked of AWS STS. Raises `Failure` where AWS cannot be asked."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    quick = Config(connect_timeout=10, read_timeout=10, retries={"total_max_attempts": 3})
    try:
        return boto3.client("sts", region_name=region or "us-east-1", config=quick).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise Failure(
            "AWS does not say which account the credentials belong to.",
            why=str(error),
            remedies=("aws sts get-caller-identity   has to work first: set AWS_PROFILE, or sign in.",),
        ) from error
