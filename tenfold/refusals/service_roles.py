"""Roles that a service of AWS has once in an account, and that must be there before a stack can have its resources.

They belong to the account: a second stack could not make them again, and the first would take them along when it goes.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tenfold import exits
from tenfold.diff import Difference
from tenfold.engine.workspace import Place
from tenfold.failure import Failure

DOMAIN = "aws:opensearch/domain:Domain"


class ServiceRole(NamedTuple):
    """Most services make theirs by themselves when they are first used: RDS, Auto Scaling, EKS, the balancers."""

    service: str
    names: tuple[str, ...]
    """Any of them will do."""
    input: str
    """The resources that need it have this input."""
    why: str


# OpenSearch Service Developer Guide, "Using service-linked roles to create VPC domains": made by itself, if at all,
# with the first domain, which then fails for want of it; an account with the role of before 2021 goes on with that one.
NEEDED = {
    DOMAIN: ServiceRole(
        "opensearchservice.amazonaws.com",
        ("AWSServiceRoleForAmazonOpenSearchService", "AWSServiceRoleForAmazonElasticsearchService"),
        "vpcOptions",
        "OpenSearch Service enters a network by a role of its own, of which an account has one; AWS refuses the domain "
        "without it",
    ),
}


def refuse_missing(where: Place, region: str, difference: Difference) -> None:
    """Raises `Failure` (refused) where AWS would refuse what `difference` creates, for want of such a role. Who may not
    look finds out from AWS, as without this. The local cloud asks for none."""
    for name, needed in _needed(difference) if not where.cloud else ():
        if not any(_is_there(role, region) for role in needed.names):
            raise Failure(
                f"The account has no role {needed.names[0]}, which {name} needs.",
                why=needed.why,
                remedies=(
                    f"aws iam create-service-linked-role --aws-service-name {needed.service}",
                    "once in this account; every stack uses it. Then this again. Nothing was changed.",
                ),
                code=exits.REFUSED,
            )


def _needed(difference: Difference) -> Iterator[tuple[str, ServiceRole]]:
    """(name of the first resource, role) of each role that something new needs."""
    asked = set[str]()
    for change in difference.resources:
        needed = NEEDED.get(change.type)
        if needed is None or change.op not in ("create", "replace") or change.type in asked:
            continue
        if difference.after.resources[change.urn].inputs.get(needed.input):
            asked.add(change.type)
            yield change.name, needed


def _is_there(role: str, region: str) -> bool:
    """True too where AWS does not say: a missing right, or no answer."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    quick = Config(connect_timeout=10, read_timeout=10, retries={"total_max_attempts": 3})
    try:
        boto3.client("iam", region_name=region, config=quick).get_role(RoleName=role)
    except ClientError as error:
        return error.response["Error"]["Code"] != "NoSuchEntity"
    except BotoCoreError:
        return True
    return True
