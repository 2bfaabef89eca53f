"""Search domains as the stack wires them: of services, and of read models."""

import pulumi
import pulumi_aws as aws

from tenfold.blueprints.architecture.services import ReadModel, ServiceData
from tenfold.components.search import PORT, Search
from tenfold.components.signals import SubjectArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.subjects import search_facts
from tenfold.stacks.tier import Tier, subject


def search(ground: Ground, name: str, described: ServiceData | ReadModel) -> Search:
    """`name`: of the component."""
    at = ground.place
    return Search(
        name,
        {
            **at.keeping,
            "vpc_id": ground.network.vpc_id,
            "subnet_ids": ground.network.database_subnet_ids,
            "kms_key_arn": ground.encryption.key_arn,
            "version": described.version,
            "instance_type": described.instance,
            "nodes": described.search.nodes,
            "zones": min(at.architecture.network.zones, 3),
            "masters": 3 if described.search.masters else 0,
            "storage_gib": described.size,
        },
        at.options,
    )


def reach_tier(role: str, domain: Search) -> Tier:
    """Whoever uses it may reach it."""
    return Tier(reaches={role: {"security_group_id": domain.security_group_id, "port": PORT}})


def alarm_subject(ground: Ground, domain: Search, described: ServiceData | ReadModel) -> SubjectArgs:
    account = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=ground.place.provider)).account_id
    identifiers = {"DomainName": domain.domain_name, "ClientId": account}
    return subject("search", identifiers, **search_facts(described.size))
