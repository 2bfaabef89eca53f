"""What moto lacks of EventBridge: buses that change, refusals, what a target makes of an event, and delivery to queues
as their policies allow it.

Sources: API model of EventBridge; User Guide, "Input transformation", "Archive and replay", "Using dead-letter queues".
"""

import copy
import datetime
import json
import re
from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import unix_time
from moto.events.models import EventPattern, EventsBackend, Replay, ReplayState, Rule, events_backends
from moto.events.responses import EventsHandler
from moto.events.utils import EventTemplateParser
from moto.moto_api._internal import mock_random
from moto.sqs.models import sqs_backends

from tenfold.local.moto.delivery import may_send, queue_of
from tenfold.local.moto.patching import Response, add, keep, replace
from tenfold.local.moto.refusal import Refused

MOST_TARGETS = 5  # of a rule: Service Quotas, "Targets per rule", not adjustable
_CHANGED = {
    "Description": "description",
    "KmsKeyIdentifier": "kms_key_identifier",
    "DeadLetterConfig": "dead_letter_config",
    "LogConfig": "log_config",
}


# ---- buses
@add(EventsHandler)
def update_event_bus(self: Response) -> str:
    bus = self.events_backend.describe_event_bus(self._get_param("Name"))
    for parameter, attribute in _CHANGED.items():
        setattr(bus, attribute, self._get_param(parameter) or None)
    bus.last_modified_time = unix_time()
    return json.dumps({"Arn": bus.arn, "Name": bus.name})


keep(
    EventsHandler,
    ("create_event_bus",),
    lambda self: self.events_backend.event_buses[self._get_param("Name")],
    {"LogConfig": "log_config"},
)


@replace(EventsHandler, "describe_event_bus")
def describe_event_bus(original: Any, self: Response) -> Any:
    body, headers = original(self)
    bus = self.events_backend.describe_event_bus(self._get_param("Name"))
    kept = {"LogConfig": bus.__dict__.get("log_config"), "Policy": bus.__dict__.get("kept_policy")}
    return json.dumps({**json.loads(body), **{k: v for k, v in kept.items() if v}}), headers


@replace(EventsBackend, "delete_event_bus")
def delete_event_bus(original: Any, self: Any, name: str) -> None:
    bus = self.event_buses.get(name)
    if bus and name != "default" and bus.rules:
        raise Refused("ValidationException", "EventBus can't be deleted since it has rules.")
    original(self, name)


@replace(EventsHandler, "put_permission")
def put_permission(original: Any, self: Response) -> Any:
    """A whole policy takes the place of the one there is; moto adds its statements, and needs a name for each."""
    policy = self._get_param("Policy")
    if not policy:
        return original(self)
    self.events_backend.describe_event_bus(self._get_param("EventBusName")).kept_policy = policy
    return ""


@replace(EventsHandler, "remove_permission")
def remove_permission(original: Any, self: Response) -> Any:
    bus = self.events_backend.describe_event_bus(self._get_param("EventBusName"))
    if self._get_param("RemoveAllPermissions"):
        bus.__dict__.pop("kept_policy", None)
    return original(self)


# ---- rules and their targets
@replace(EventsBackend, "put_targets")
def put_targets(original: Any, self: Any, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
    rule = self.describe_rule(name, event_bus_arn)
    if len({target["Id"] for target in [*rule.targets, *targets]}) > MOST_TARGETS:
        raise Refused("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    for target in targets:
        arn = target["Arn"]
        own = arn.startswith(f"arn:aws:sqs:{self.region_name}:{self.account_id}:")
        if own and queue_of(self.account_id, arn) is None:
            raise Refused("ValidationException", f"The queue {arn} does not exist: its events would be lost.")
    original(self, name, event_bus_arn, targets)


def _of_arn(backend: Any, arn: str) -> str:
    """moto looks for a rule by its name alone, on any bus."""
    parts = [*backend.event_buses.values(), *(r for bus in backend.event_buses.values() for r in bus.rules.values())]
    if not any(one.arn == arn for one in parts):
        raise Refused("ResourceNotFoundException", f"{arn} does not exist.")
    return arn


@replace(EventsBackend, "tag_resource")
def tag_resource(_: Any, self: Any, arn: str, tags: dict[str, str]) -> None:
    self.tagger.tag_resource(_of_arn(self, arn), self.tagger.convert_dict_to_tags_input(tags))


@replace(EventsBackend, "untag_resource")
def untag_resource(_: Any, self: Any, arn: str, tag_keys: list[str]) -> None:
    self.tagger.untag_resource_using_names(_of_arn(self, arn), tag_keys)


@replace(EventsBackend, "list_tags_for_resource")
def list_tags_for_resource(_: Any, self: Any, arn: str) -> Any:
    return self.tagger.list_tags_for_resource(_of_arn(self, arn))


@replace(EventsHandler, "test_event_pattern")
def test_event_pattern(_: Any, self: Response) -> ActionResult:
    pattern = EventPattern.load(self._get_param("EventPattern"))
    return ActionResult({"Result": pattern.matches_event(json.loads(self._get_param("Event")))})


# ---- what a target makes of an event
def _at(event: Any, path: str) -> Any:
    """The value at a path, `$.detail.items[0]`, or None."""
    for part in re.findall(r"[^.\[\]$]+", path):
        if isinstance(event, list):
            event = event[int(part)] if part.isdigit() and int(part) < len(event) else None
        else:
            event = event.get(part) if isinstance(event, Mapping) else None
    return event


def _transformed(template: str, paths: Mapping[str, str], event: Mapping[str, Any], rule: Any = None) -> str:
    """A template with its <names> filled in: inside of quotes the bare text, elsewhere JSON."""
    values = {name: _at(event, path) for name, path in paths.items()}
    plain = {key: value for key, value in event.items() if key != "ingestion-time"}
    values |= {"aws.events.event.json": plain, "aws.events.event": plain}
    values["aws.events.event.ingestion-time"] = event.get("ingestion-time")
    if rule:
        values |= {"aws.events.rule-arn": rule.arn, "aws.events.rule-name": rule.name}

    def fill_name(match: re.Match[str]) -> str:
        value = values.get(match[1], "")
        quoted = template[: match.start()].count('"') % 2 == 1
        return value if isinstance(value, str) and quoted else json.dumps(value)

    return re.sub(r"<([\w.-]+)>", fill_name, template)


def _parse(input_template: str, input_paths_map: Mapping[str, str], event: Mapping[str, Any]) -> Any:
    """For the targets that moto delivers to itself; it would need another package for their paths."""
    return json.loads(_transformed(input_template, input_paths_map, event)) if input_template else dict(event)


EventTemplateParser.parse = staticmethod(_parse)


def _text(rule: Any, target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """What arrives at a target."""
    if "Input" in target:
        return target["Input"]
    if "InputPath" in target:
        return json.dumps(_at(event, target["InputPath"]))
    if transformer := target.get("InputTransformer"):
        return _transformed(transformer["InputTemplate"], transformer.get("InputPathsMap") or {}, event, rule)
    return json.dumps({key: value for key, value in event.items() if key != "ingestion-time"})


# ---- delivery
@replace(Rule, "send_to_targets")
def send_to_targets(original: Any, self: Any, original_event: Any, transform_input: bool = True) -> None:
    if self.state == "DISABLED" or not self.event_pattern.matches_event(original_event):
        return
    queues = [target for target in self.targets if ":sqs:" in target["Arn"]]
    others = copy.copy(self)
    others.targets = [target for target in self.targets if target not in queues]
    original(others, original_event, transform_input)
    stamp = float(original_event["time"])
    when = datetime.datetime.fromtimestamp(stamp, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for target in queues:
        _deliver(self, target, {**original_event, "time": when})


def _deliver(rule: Any, target: Mapping[str, Any], event: Mapping[str, Any]) -> None:
    """To the target's queue; where that may not be, to its dead-letter queue; where that may not be, to nobody."""
    for arn in (target["Arn"], target.get("DeadLetterConfig", {}).get("Arn")):
        queue = arn and queue_of(rule.account_id, arn)
        if queue and may_send(queue, "events.amazonaws.com", rule.arn):
            text = _text(rule, target, event)
            group = target.get("SqsParameters", {}).get("MessageGroupId") if queue.fifo_queue else None
            single = {"deduplication_id": event["id"]} if queue.fifo_queue else {}
            sqs_backends[rule.account_id][queue.region].send_message(queue.name, text, group_id=group, **single)
            return


# ---- archive and replay
keep(
    EventsHandler,
    ("create_archive", "update_archive"),
    lambda self: self.events_backend.archives[self._get_param("ArchiveName")],
    {"KmsKeyIdentifier": "kms_key_identifier"},
)


@replace(EventsHandler, "describe_archive")
def describe_archive(original: Any, self: Response) -> Any:
    body, headers = original(self)
    key = self.events_backend.archives[self._get_param("ArchiveName")].__dict__.get("kms_key_identifier")
    return json.dumps({**json.loads(body), **({"KmsKeyIdentifier": key} if key else {})}), headers


@replace(EventsBackend, "update_archive")
def update_archive(original: Any, self: Any, name: str, description: Any, event_pattern: Any, retention: Any) -> Any:
    """moto collects by the pattern the archive was made with."""
    answer = original(self, name, description, event_pattern, retention)
    archive = self.archives[name]
    pattern = {**json.loads(event_pattern or "{}"), "replay-name": [{"exists": False}]}
    archive.event_pattern = EventPattern.load(event_pattern)
    archive.description, archive.retention = description, retention or 0
    archive.rule.event_pattern = EventPattern.load(json.dumps(pattern))
    return answer


@replace(Replay, "replay_events")
def replay_events(_: Any, self: Any, archive: Any) -> None:
    """The events of the time that is asked for, to the rules that are asked for; moto sends all to all."""
    bus = events_backends[self.account_id][self.region].describe_event_bus(self.destination["Arn"].split("/")[-1])
    chosen = self.destination.get("FilterArns")
    first, last = float(self.event_start_time), float(self.event_end_time)
    for event in [event for event in archive.events if first <= float(event["time"]) <= last]:
        again: Any = {**event, "id": str(mock_random.uuid4()), "replay-name": self.name}
        for rule in list(bus.rules.values()):
            if not rule.managed_by and (not chosen or rule.arn in chosen):
                rule.send_to_targets(again)
    self.state, self.end_time = ReplayState.COMPLETED, unix_time()
