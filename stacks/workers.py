"""Workers: the background jobs on servers of their own, from stage 6 on."""

from math import ceil

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.architecture import servers as blueprint
from tenfold.components import host
from tenfold.components.settings import settings_path
from tenfold.components.workers import Workers, WorkersArgs
from tenfold.stacks.ground import Platform
from tenfold.stacks.hosts import host_args, pooler
from tenfold.stacks.subjects import backlog_facts, workers_facts
from tenfold.stacks.tier import Tier, subject

POLL = 30  # seconds that a long poll and the end of a process may take besides the message


def workers(on: Platform) -> Tier:
    at, spec = on.ground.place, on.ground.place.architecture.workers
    if spec is None:
        return Tier()
    workers = Workers(at.name("workers"), _args(on, spec), at.options)
    group = {"AutoScalingGroupName": workers.group_name}
    subjects = {"workers": subject("workers", group, **workers_facts(spec))}
    for name, queue in on.stores.backlogs.items():
        facts = backlog_facts(at.architecture.queues[name], spec.at_once)
        subjects[f"backlog-{name}"] = subject("backlog", {"QueueName": queue["queue_name"], **group}, **facts)
    return Tier(
        outputs={"workers": workers.group_name},
        subjects={} if at.architecture.database_on_host else subjects,
    )


def _args(on: Platform, spec: blueprint.Workers) -> WorkersArgs:
    at, architecture = on.ground.place, on.ground.place.architecture
    jobs = architecture.app.jobs
    assert jobs  # else there are no workers
    logs = f"{settings_path(architecture.name, architecture.environment)}/workers"
    args: WorkersArgs = {
        **host_args(on, jobs=True),
        "subnet_ids": on.ground.network.private_subnet_ids,
        "instance_type": spec.instance,
        "servers": spec.servers_min,
        "servers_max": spec.servers_max,
        "queues": dict(on.stores.backlogs),
        "repository_arns": list(host.repository_arns([jobs.image])),
        "user_data": on.settings.path.apply(lambda path: host.cloud_config(_plan(architecture, at.region, path, logs))),
        "log_group_name": logs,
        "failures_topic_arn": on.topics.topic_arn,
    }
    return {**args, "paused": True} if at.architecture.paused else args


def _plan(architecture: Architecture, region: str, path: str, logs: str) -> host.HostPlan:
    jobs = architecture.app.jobs
    assert jobs
    longest = max((queue.message_takes for queue in architecture.job_queues.values()), default=0)
    return host.HostPlan(
        region=region,
        path=path,
        log_group=logs,
        jobs=host.Jobs(jobs.command, jobs.image),
        worker=host.Worker(drain_seconds=max(architecture.app.drain, ceil(longest) + POLL)),
        pooler=pooler(architecture.database.pooling),
    )
