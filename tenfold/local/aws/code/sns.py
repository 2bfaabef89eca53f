"""Topics."""

import json
from collections.abc import Mapping
from typing import Any

from tenfold.local.aws.call import Call
from tenfold.local.aws.clients import ACCOUNT

Found = Mapping[str, Any]


def reset_topic_policy(call: Call) -> None:
    """A topic always has a policy; without one of its own it is the one AWS gives, for its owner alone."""
    owner = {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}
    actions = ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:DeleteTopic"]
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": actions,
        "Resource": call.fill("{arn}"),
        "Condition": owner,
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    call.send(
        "SetTopicAttributes", TopicArn=statement["Resource"], AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def topic_name(answer: Found) -> str:
    return answer["TopicArn"].rpartition(":")[2]
