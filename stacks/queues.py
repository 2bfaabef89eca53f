"""Queues: for work that nobody waits for, and the events that some of them receive."""

from tenfold.blueprints.architecture import messages as blueprint
from tenfold.components.plans import contract
from tenfold.components.queue import Deduplicate, Order, Queue, QueueArgs, send_statement, work_statement
from tenfold.components.signals import SubjectArgs
from tenfold.components.workers import BacklogArgs
from tenfold.stacks.events import events, senders
from tenfold.stacks.ground import Ground
from tenfold.stacks.subjects import hands, queue_facts
from tenfold.stacks.tier import Tier, subject


def queues(ground: Ground) -> Tier:
    """Whoever runs the application sends to all of them; whoever runs the background jobs also works on all that are
    not a service's own."""
    of = ground.place.architecture
    specs = of.queues
    if not specs:
        return Tier()
    built = {name: _queue(ground, name, spec) for name, spec in specs.items()}
    arns = [queue.arn for queue in built.values()]
    urls = {name: queue.url for name, queue in built.items()}
    subjects, backlogs = dict[str, SubjectArgs](), dict[str, BacklogArgs]()
    for name, spec in of.job_queues.items():
        backlogs[name] = {
            "queue_name": built[name].queue_name,
            "acceptable_delay_seconds": spec.acceptable_delay,
            "message_takes_seconds": spec.message_takes,
        }
        if of.workers and of.workers.at_once > 1:
            backlogs[name]["at_once"] = of.workers.at_once
    for name, spec in specs.items():
        waiting, dead = built[name].queue_name, built[name].dead_letters_name
        subjects[f"queue-{name}"] = subject("queue", {"QueueName": waiting}, **queue_facts(spec, hands(of, name)))
        facts = {"dead_letters_keep_seconds": spec.dead_letters}
        subjects[f"queue-{name}-dead-letters"] = subject("dead-letters", {"QueueName": dead}, **facts)
    own = Tier(
        settings=contract.family("QUEUE_<NAME>_URL", urls),
        statements=(send_statement(arns),),
        job_statements=(work_statement([built[name].arn for name in of.job_queues]),) if of.job_queues else (),
        backlogs=backlogs,
        queue_arns={name: queue.arn for name, queue in built.items()},
        outputs={"queues": urls, "dead_letters": {name: queue.dead_letters_url for name, queue in built.items()}},
        subjects=subjects,
    )
    return own + events(ground, built)


def _queue(ground: Ground, name: str, spec: blueprint.Queue) -> Queue:
    args: QueueArgs = {
        **ground.place.keeping,
        "message_takes_seconds": spec.message_takes,
        "keep_seconds": spec.keep,
        "attempts": spec.attempts,
        "dead_letters_keep_seconds": spec.dead_letters,
        "order": Order(spec.order),
    }
    if spec.order == Order.FIFO:
        args["deduplicate"] = Deduplicate(spec.deduplicate)
    if services := senders(ground.place, name):
        args["senders"] = services
    return Queue(ground.place.name(f"queue-{name}"), args, ground.place.options)
