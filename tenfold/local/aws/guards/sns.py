"""Subscriptions. SNS Developer Guide, "Amazon SNS dead-letter queues": queues of the topic's account and region, of its
kind. A queue that is not there SNS itself takes; what is published would go nowhere, so it is refused here."""

import json

from botocore.exceptions import ClientError

from tenfold.local.aws.call import Call
from tenfold.local.aws.guards.asking import refuse


def queues_of_subscription(call: Call) -> None:
    """The queue is there, and the dead letters are of the topic's region and kind."""
    if call.inputs.get("protocol") != "sqs":
        return
    topic = str(call.inputs["topic"])
    _is_there(call, "endpoint", str(call.inputs["endpoint"]))
    policy = call.inputs.get("redrivePolicy")
    if not policy:
        return
    dead = str(json.loads(policy)["deadLetterTargetArn"])
    _is_there(call, "redrivePolicy", dead)
    if dead.split(":")[3:5] != topic.split(":")[3:5]:
        refuse("redrivePolicy", f"{dead} is not of the region and account of {topic}")
    if dead.endswith(".fifo") != topic.endswith(".fifo"):
        kind = "a FIFO queue" if topic.endswith(".fifo") else "a standard queue"
        refuse("redrivePolicy", f"{dead} must be {kind}, as {topic} is such a topic")


def _is_there(call: Call, key: str, arn: str) -> None:
    region, name = arn.split(":")[3], arn.split(":")[5]
    try:
        call.clients.call("sqs", region, "GetQueueUrl", {"QueueName": name})
    except ClientError:
        refuse(key, f"there is no queue {arn}")
