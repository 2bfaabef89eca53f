"""Create, read, update and delete: the provider's verbs as calls."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from tenfold.diff import effects
from tenfold.diff.model import REFUSED
from tenfold.diff.values import differences, same
from tenfold.local.aws import accepts, inverse, schema, shapes, tags
from tenfold.local.aws.answers import as_given
from tenfold.local.aws.call import Call, prepare_inputs
from tenfold.local.aws.clients import is_gone, is_there, words
from tenfold.local.aws.convert import Conversion
from tenfold.local.aws.names import pick
from tenfold.local.aws.spec import Members, Operation, Reading
from tenfold.local.provider.errors import InitFailed, RequestFailed
from tenfold.providers.aws import input_facts

Values = Mapping[str, Any]


# ---- create
def create(call: Call, inputs: Values, intent: str = "") -> tuple[str, dict[str, Any]]:
    """Make the resource; answers its id and its outputs. Raises InitFailed once it exists, ClientError before.
    The call that makes it carries `intent`, by which the cloud can be asked for the id (`identity`)."""
    for guard in call.spec.guards:
        guard(call)
    operation = next(o for o in call.spec.create if call.holds(o, inputs))
    accepted = call.accepted_inputs(operation) & set(call.inputs)
    with call.clients.meaning(intent, operation.name):
        result = call.perform(operation, accepted, call.inputs)
    answered = shapes.answer(call.spec.service, operation.name, result)
    call.id = identity(call, result, answered)
    try:
        _finish(call, operation, set(accepted), answered)
        outputs = refresh_outputs(call, inputs)
    except (ClientError, RequestFailed) as failed:
        reason = words(failed) if isinstance(failed, ClientError) else str(failed)
        raise InitFailed(str(call.id), dict(inputs), [reason]) from failed
    return str(call.id), whole(call, {**inputs, **(outputs or {})})


def identity(call: Call, result: Any, answered: Any) -> str:
    """The id of what a create operation made, from its answer. Raises RequestFailed where that has none."""
    template = call.spec.id
    if callable(template):
        return str(template(call, result))
    identifier = call.fill(template) if "{" in template else jmespath.search(template, result)
    if identifier is None and answered is not None:
        identifier = jmespath.search(template, answered)
    if not identifier:
        raise RequestFailed(f"{call.spec.create[0].name} answered no identifier")
    return str(identifier)


def _finish(call: Call, made_by: Operation, done: set[str], answered: Any) -> None:
    """What the create operation could not take: the update operations, lists, constants, tags and code."""
    if isinstance(answered, dict) and (arn := pick(answered, "arn", call.spec.nouns)):
        call.state["arn"] = arn
    elif isinstance(template := call.spec.out.get("arn"), str) and not template.startswith("="):
        call.state["arn"] = call.fill(template)
    for operation in call.spec.after:
        if operation.code:
            operation.code(call)
        else:
            call.perform(operation, (), {})
    inputs = set(call.inputs)
    for operation in call.spec.update:
        if operation.update_only or operation.name == made_by.name or not call.holds(operation, call.inputs):
            continue
        accepted = call.accepted_inputs(operation) & inputs
        if left := accepted - done:
            call.perform(operation, accepted if operation.full else left, call.inputs)
            done |= left
    for members in call.spec.sets:
        if call.inputs.get(members.input) and members.input not in done:
            change_members(call, members, [], call.inputs[members.input])
            done.add(members.input)
    if "tags" not in done and "tags" not in call.spec.hooks and call.inputs.get("tags"):
        tags.change(call, {}, call.inputs["tags"])
    for key, hook in call.spec.hooks.items():
        if key in inputs:
            hook(call, None, call.inputs[key])


# ---- read
def found_object(call: Call) -> dict[str, Any] | None:
    """What the read operations answer, merged; None when the resource is gone."""
    answer: dict[str, Any] = {}
    for at, reading in enumerate(call.spec.read):
        if reading.code:
            answer |= reading.code(call)
            continue
        try:
            constants = {k: call.fill(v) for k, v in reading.const.items()}
            result = call.send(reading.name, **call.with_keys(reading.name, constants))
        except ClientError as refusal:
            if at == 0 and is_gone(refusal):
                return None
            if refusal.response["Error"]["Code"] in reading.optional:
                continue
            raise
        part = _part(call, reading, result)
        if at == 0 and (not part or (call.spec.gone and jmespath.search(call.spec.gone, part))):
            return None
        answer |= part or {}
    return answer


def _part(call: Call, reading: Reading, result: dict[str, Any]) -> Any:
    if reading.take:
        return {k: jmespath.search(call.fill(path), result) for k, path in reading.take.items()}
    if callable(reading.path):
        return reading.path(call, result)
    if reading.path:
        return jmespath.search(call.fill(reading.path), result)
    return shapes.answer(call.spec.service, reading.name, result)


def read_outputs(call: Call) -> dict[str, Any] | None:
    """Every output the resource can answer now; None when it is gone."""
    answer = found_object(call)
    if answer is None:
        return None
    spec, types = call.spec, schema.of(call.spec.token)
    outputs: dict[str, Any] = {}
    for key, how in spec.out.items():
        if callable(how):
            outputs[key] = how(answer)
        elif how.startswith("="):
            outputs[key] = jmespath.search(how[1:], answer)
    call.state |= {k: v for k, v in outputs.items() if v is not None}
    for key, how in spec.out.items():
        if isinstance(how, str) and not how.startswith("="):
            outputs[key] = call.fill(how)
    tagged = isinstance(types.inputs.get("tags"), list) and types.inputs["tags"][0] == "m"
    for key, kind in types.outputs.items():
        skipped = key in spec.write_only or key in spec.record or key in ("tagsAll", "region")
        if key not in outputs and not skipped and not (key == "tags" and tagged):
            outputs[key] = inverse.read(answer, key, kind, spec, key)
    if outputs.get("arn"):
        call.state["arn"] = outputs["arn"]
    if tagged and "tags" not in spec.record and (spec.tagging or "Tags" in answer):
        outputs["tags"] = tags.read(call, answer)
        outputs["tagsAll"] = dict(outputs["tags"])
    if "region" in types.outputs:
        outputs["region"] = call.region
    return {k: v for k, v in outputs.items() if v is not None}


def refresh_outputs(call: Call, known: Values) -> dict[str, Any] | None:
    """The outputs now, in the program's own words where they say the same; `known` are its inputs."""
    outputs = read_outputs(call)
    if outputs is None:
        return None
    types, silent = schema.of(call.spec.token).inputs, {*call.spec.write_only, *call.spec.record}
    call.blocks = {k: outputs[k] for k in call.spec.whole & outputs.keys()}
    return {k: as_given(v, known[k], types.get(k), k, silent) if k in known else v for k, v in outputs.items()}


def whole(call: Call, outputs: Values) -> dict[str, Any]:
    """What was refreshed, and in some blocks (`whole`) also the fields that no program gave."""
    return {**outputs, **{k: {**block, **outputs[k]} for k, block in call.blocks.items()}}


# ---- update
def update(call: Call, old: Values, new: Values) -> dict[str, Any]:
    """Change what differs, in place; answers the outputs. Raises RequestFailed for a change no operation takes."""
    _refuse_direction(call, old, new)
    for guard in call.spec.guards:
        guard(call)
    before, after = prepare_inputs(call.spec, old), call.inputs
    changed = {
        key
        for key in {*before, *after}
        if not same(a := before.get(key), b := after.get(key))
        and not input_facts.is_unchanged(call.spec.token, key, a, b, before, after)
    }
    values = dict(after) | {k: _removed(call, k) for k in changed - set(after)}
    done: set[str] = set()
    for members in call.spec.sets:
        if members.input in changed:
            change_members(call, members, before.get(members.input), after.get(members.input))
            done.add(members.input)
    for key, hook in {**call.spec.hooks, **call.spec.update_hooks}.items():
        if not same(old.get(key), new.get(key)):
            if not _is_there(call, key):
                hook(call, old.get(key), new.get(key))
            done |= {key} | {name for name, sources in call.spec.prepared.items() if key in sources}
    for operation in call.spec.update:
        accepted = call.accepted_inputs(operation)
        sendable = {k for k in (accepted & changed) - done if _sendable(operation, k, values)}
        if sendable and call.holds(operation, values):
            call.perform(operation, accepted & set(values) if operation.full else sendable, values)
            done |= sendable
    if "tags" in changed - done and call.spec.tagging:
        tags.change(call, before.get("tags") or {}, after.get("tags") or {})
        done.add("tags")
    left = sorted(k for k in changed - done if not _harmless(call, k))
    if left:
        raise RequestFailed("; ".join(f"{key}: the local cloud cannot change it in place" for key in left))
    for code in call.spec.after_update:
        code(call)
    return whole(call, {**new, **(refresh_outputs(call, new) or {})})


def _is_there(call: Call, key: str) -> bool:
    """Whether the cloud was read to have this value: a killed run has sent it, and AWS may refuse it twice."""
    return key in call.inputs and key in call.state and same(call.inputs[key], call.state[key])


def _refuse_direction(call: Call, old: Values, new: Values) -> None:
    """Storage that shrinks, versions that fall and the like, in the words of AWS."""
    for difference in differences(call.spec.token, old, new):
        outcome = effects.of_change(call.spec.token, str(call.id), difference, new)
        if outcome.effect == REFUSED:
            raise RequestFailed(f"{difference.path}: {outcome.error}")


def _sendable(operation: Operation, key: str, values: Values) -> bool:
    """A removed input without a value to fall back to can only be left out of a call that sends everything."""
    return operation.full or key in operation.takes or values.get(key) is not None


def _removed(call: Call, key: str) -> Any:
    """What is sent for an input that the program no longer gives."""
    if key in call.spec.reset:
        return call.fill(call.spec.reset[key])
    default = input_facts.default(call.spec.token, key)
    if default is not None:
        return default
    kind = schema.of(call.spec.token).inputs.get(key)
    if isinstance(kind, list):
        return [] if kind[0] == "l" else {}
    return False if kind == "b" else None


def _harmless(call: Call, key: str) -> bool:
    """A change that needs no call: recorded only, used by deletion, or taken back to whatever AWS chooses."""
    where = accepts.roles(call.spec).get(key, ())
    if any(w == "recorded" or w == "region" or w.startswith(("delete:", "prepared:")) for w in where):
        return True
    computed = bool(input_facts.fact(call.spec.token, key).get("computed"))
    return key not in call.inputs and (computed or key in call.spec.write_only)  # what was sent stays as it is


# ---- lists kept by adding and removing
def change_members(call: Call, members: Members, old: Any, new: Any) -> None:
    before, after = ({_key(x): x for x in _listed(v)} for v in (old, new))
    absent = [x for key, x in before.items() if key not in after]
    added = [x for key, x in after.items() if key not in before]
    if absent:
        send = partial(_send_members, call, members, members.remove, members.remove_member, members.remove_to)
        _each_that_is_left(send, absent, is_gone)
    if added:
        send = partial(_send_members, call, members, members.add, members.member, members.to)
        _each_that_is_left(send, added, is_there)


def _each_that_is_left(
    send: Callable[[list[Any]], None], elements: list[Any], done: Callable[[ClientError], bool]
) -> None:
    """All at once; where a run that was killed has done some of it, one after the other."""
    try:
        return send(elements)
    except ClientError as refusal:
        if not done(refusal):
            raise
    for element in elements:
        try:
            send([element])
        except ClientError as refusal:
            if not done(refusal):
                raise
    return None


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _send_members(
    call: Call, members: Members, operation: str, path: tuple[str, ...], to: Any, elements: list[Any]
) -> None:
    shape = shapes.input_of(call.spec.service, operation)
    conversion = Conversion(call.spec, Operation(operation, rules=call.spec.map), strict=False)
    if to:
        elements = [to(call, x) for x in elements]
    if path:
        for member in path:
            shape = shape.members[member]
        body: Any = elements if to else conversion.value(elements, shape, members.input)
        for member in reversed(path):
            body = {member: body}
        call.send(operation, **call.with_keys(operation, dict(body)))
        return
    for element in elements:
        if to:
            parameters = element
        elif isinstance(element, Mapping):
            parameters = conversion.structure(element, shape, members.input, {})
        else:
            parameters = conversion.structure({members.input: element}, shape, "", {})
        call.send(operation, **call.with_keys(operation, {k: v for k, v in parameters.items() if k in shape.members}))


# ---- delete
def delete(call: Call) -> None:
    """Take the resource away; one that is not there is a success."""
    try:
        for members in call.spec.sets:
            if members.clear and call.inputs.get(members.input):
                change_members(call, members, call.inputs[members.input], [])
    except ClientError as refusal:
        if not is_gone(refusal):
            raise
    for operation in call.spec.delete:
        try:
            if operation.code:
                operation.code(call)
            elif call.holds(operation, call.inputs):
                inputs = {k: v for k, v in call.inputs.items() if v not in (None, [], {})}
                call.perform(operation, call.accepted_inputs(operation) & set(inputs), inputs)
        except ClientError as refusal:
            if not is_gone(refusal):
                raise
