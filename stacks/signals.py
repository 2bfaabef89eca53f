"""Who is told of what: the topic of a region, the budget, and over all regions the alarms and the dashboard."""

from collections.abc import Mapping

import pulumi

from tenfold.components.budget import Budget, BudgetArgs
from tenfold.components.notifications import Notifications, NotificationsArgs
from tenfold.components.signals import Signals, SignalsArgs, SubjectArgs
from tenfold.stacks.ground import Ground
from tenfold.stacks.place import Place, stack_tag
from tenfold.stacks.subjects import changes, own_kinds

# The dashboard goes from the users inwards; what is not in this list comes last.
INWARDS = (
    "server",
    "cdn",
    "balancer",
    "network-balancer",
    "fleet",
    "service",
    "service-servers",
    "service-pods",
    "cluster",
    "workers",
    "backlog",
    "database",
    "replica",
    "cache",
    "memcached",
    "queue",
    "subscription",
    "dead-letters",
)


def make_notifications(ground: Ground) -> Notifications:
    at, keys = ground.place, ground.encryption.key_arn_by_region
    args: NotificationsArgs = {
        **at.common,
        "kms_key_arn": ground.encryption.key_arn,
        "notify": list(at.architecture.signals.notify),
    }
    if at.other_regions:
        args["other_regions"] = {
            region: {"role": role, "kms_key_arn": keys[region]} for region, role in at.other_regions.items()
        }
    return Notifications(at.name("notifications"), args, at.options)


def make_budget(at: Place, topics: Notifications) -> None:
    architecture = at.architecture
    if architecture.budget is None:
        return
    args: BudgetArgs = {
        **at.common,
        "monthly_limit_usd": architecture.budget,
        "tag": {"stack": stack_tag(architecture)},
        "topic_arn": topics.topic_arn,
        "emails": [architecture.owner] if architecture.owner and "@" in architecture.owner else [],
    }
    Budget(at.name("budget"), args, at.options)


def make_signals(
    at: Place, topics: Mapping[str, pulumi.Output[list[str]]], subjects: Mapping[str, SubjectArgs]
) -> Signals:
    """`topics`: what an alarm publishes to, by region."""
    intent = at.architecture.signals
    others = {region: arns for region, arns in topics.items() if region != at.region}
    args: SignalsArgs = {
        **at.common,
        "subjects": inwards(subjects),
        "latency_p99_seconds": intent.latency_p99,
        "error_fraction": intent.errors,
        "saturation_fraction": intent.saturation,
        "topic_arns": topics[at.region],
    }
    if others:
        args["other_regions"] = {**others}
    if more := own_kinds(at.architecture):
        args["more_kinds"] = more
    if different := changes(at.architecture):
        args["alarms"] = different
    return Signals(at.name("signals"), args, at.options)


def inwards(subjects: Mapping[str, SubjectArgs]) -> dict[str, SubjectArgs]:
    """In the order of `INWARDS`; those of one kind as they were."""
    depths = {kind: depth for depth, kind in enumerate(INWARDS)}
    return dict(sorted(subjects.items(), key=lambda item: depths.get(item[1]["kind"], len(INWARDS))))
