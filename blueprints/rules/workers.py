"""`workers`: something to run, something to scale by, and zero only where a server may be waited for."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

# Seconds until the first message after a long silence is worked on where no worker runs: the metric of an idle queue
# comes up to 15 min late (SQS Developer Guide, "Monitoring with CloudWatch"), the alarm takes 1 min and a server 4.
# components/plans/backlog.py has the same sum; tests/stacks/test_stack_workers.py holds both equal.
FROM_ZERO = (15 + 1 + 4) * 60


@rule
def workers_have_jobs(c: Context) -> Findings:
    if c.architecture.has("workers") and c.is_set("workers") and not c.architecture.app.jobs:
        message = "Workers run `app.jobs`, and there are none."
        yield Finding("TF-R145", "workers", message, "Add `jobs: {command: [worker]}` to `app`.", key=True)


@rule
def workers_are_scaled_by_queues(c: Context) -> Findings:
    workers = c.architecture.workers
    if not workers or not c.is_set("workers.servers"):
        return
    low, high = c.values[("workers", "servers")]
    if high == 0:
        message = "Without a server, nothing runs `app.jobs`."
        yield Finding("TF-R146", "workers.servers", message, "Use at least 1, or a range from 0 with queues.")
    elif low < high and not c.architecture.job_queues:
        message = f"{low} to {high} workers, and no queues: there is no backlog to scale by."
        hint = f"Write one number, `servers: {max(low, 1)}`, or describe the queues under `queues`."
        yield Finding("TF-R146", "workers.servers", message, hint)


@rule
def zero_workers_are_waited_for(c: Context) -> Findings:
    workers = c.architecture.workers
    if not workers or workers.servers_min or not workers.servers_max:
        return
    for name, queue in c.architecture.job_queues.items():
        if queue.acceptable_delay < FROM_ZERO:
            message = (
                f"From zero workers the first message can wait 20 min: the metric of an idle queue comes up to 15 min "
                f"late, the alarm takes 1 min and a new server 4 min. `{name}` allows {_time(queue.acceptable_delay)}."
            )
            hint = f"Use `servers: 1-{workers.servers_max}`, or allow 20m."
            yield Finding("TF-R147", "workers.servers", message, hint)
            return


def _time(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
