"""Are these inputs ones AWS would take? Every wrong property at once, each with its rule. No call is made."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tenfold import secrecy
from tenfold.local.aws import accepts, schema, shapes
from tenfold.local.aws.call import Call
from tenfold.local.aws.convert import UNKNOWN, Conversion, Failure, has_unknown, refusal_text
from tenfold.local.aws.facts_check import against_facts
from tenfold.local.aws.limits import against_limits
from tenfold.local.aws.names import without_indices
from tenfold.local.aws.schema import Type
from tenfold.local.aws.spec import Members, Operation, Spec
from tenfold.providers.aws import input_facts

NO_SUCH = "no such input"
_DOCUMENTS = re.compile(r"(policy|document|json|body|definition)$", re.IGNORECASE)  # texts that Pulumi takes as objects
Autoname = Callable[[str, int], str]


def complete_inputs(spec: Spec, inputs: Mapping[str, Any], region: str, autoname: Autoname) -> dict[str, Any]:
    """The inputs with the table's defaults, the automatic name and the region where they are absent."""
    complete = {k: v for k, v in inputs.items() if v is not None and k != "__defaults"}
    if spec.name and spec.name.input not in complete:
        key, longest, prefix, lower, fifo = spec.name
        own = str(complete.get(f"{key}Prefix") or "")
        name = autoname(key, longest - len(prefix))
        if own:  # the prefix with the part of the automatic name that makes it unique
            name = UNKNOWN if own == UNKNOWN else own + name.rpartition("-")[2][: longest - len(own)]
        named_before = name == UNKNOWN or (bool(prefix) and name.startswith(prefix))
        complete[key] = name if named_before else prefix + (name.lower() if lower else name)
        if fifo and complete.get(fifo) is True and complete[key] != UNKNOWN:
            complete[key] = f"{complete[key].removesuffix('.fifo')}.fifo"
    if "region" in schema.of(spec.token).inputs:
        complete.setdefault("region", region)
    return {**spec.default, **complete}


def failures(spec: Spec, inputs: Mapping[str, Any], calling: Callable[[Mapping[str, Any]], Call]) -> list[Failure]:
    """Everything wrong with complete inputs. What is missing or of another type is judged no further, the rest is.

    `calling` gives the request that inputs of the right types would make."""
    types = schema.of(spec.token)
    bad = _unserved(spec, inputs)
    bad += [Failure(p, "is required") for p in types.required if inputs.get(p) is None]
    for key, kind in types.inputs.items():
        bad += of_type(inputs.get(key), kind, key)
    if bad:
        unfit = {_top(failure.property) for failure in bad}
        inputs = {key: value for key, value in inputs.items() if key not in unfit} | dict.fromkeys(
            unfit & set(types.inputs) - set(spec.refuse), UNKNOWN
        )
    call = calling(inputs)
    for members in spec.sets:
        bad += _set_elements(call, members, inputs.get(members.input))
    bad += against_facts(spec.token, inputs)
    bad += against_limits(spec.token, inputs)
    bad += _against_models(call)
    wrong = {_top(failure.property) for failure in bad}  # rules read numbers and forms out of what is left
    sound = {key: UNKNOWN if key in wrong else value for key, value in inputs.items()}
    for rule in spec.rules:
        bad += [Failure(p, reason) for p, reason in rule(sound)]
    return [discreet(spec.token, failure) for failure in _each_once(bad)]


def _top(path: str) -> str:
    return re.split(r"[.\[]", path)[0]


def discreet(token: str, failure: Failure) -> Failure:
    """Without the value, where that is a secret."""
    if not secrecy.is_secret(token, failure.property):
        return failure
    return failure._replace(reason=re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", secrecy.MASK, failure.reason))


def _each_once(failures: list[Failure]) -> list[Failure]:
    """One failure per property: the first source that knows it says it best."""
    return list({f.property: f for f in reversed(failures)}.values())[::-1]


def _unserved(spec: Spec, inputs: Mapping[str, Any]) -> list[Failure]:
    roles = accepts.roles(spec)
    bad = []
    for key in inputs:
        if key not in roles:
            bad.append(Failure(key, f"no such input of {spec.token}"))
        elif key in spec.refuse:
            bad.append(Failure(key, refusal_text(spec.refuse[key]), here=True))
        elif not roles[key]:
            bad.append(Failure(key, "not served by the local cloud: no API member takes it", here=True))
    return bad


def of_type(value: Any, kind: Type, path: str) -> list[Failure]:
    """Unknown nested names and wrong kinds against the Pulumi type, whatever converts the value later."""
    if value is None or value == UNKNOWN or kind == "a":
        return []
    if isinstance(kind, dict):
        if not isinstance(value, Mapping):
            return [Failure(path, f"a block is needed, not {value!r}")]
        bad = [Failure(f"{path}.{k}", NO_SUCH) for k in value if k not in kind]
        return bad + [f for k, v in value.items() if k in kind for f in of_type(v, kind[k], f"{path}.{k}")]
    if isinstance(kind, list) and kind[0] == "l":
        if not isinstance(value, list):
            return [Failure(path, f"a list is needed, not {value!r}")]
        empty = [Failure(f"{path}[{i}]", "is empty: it has no value") for i, x in enumerate(value) if x is None]
        return empty + [f for i, x in enumerate(value) for f in of_type(x, kind[1], f"{path}[{i}]")]
    if isinstance(kind, list):
        if not isinstance(value, Mapping):
            return [Failure(path, f"a map is needed, not {value!r}")]
        return [f for k, v in value.items() for f in of_type(v, kind[1], f"{path}.{k}")]
    return _of_scalar_type(value, kind, path)


def _of_scalar_type(value: Any, kind: str, path: str) -> list[Failure]:
    if isinstance(value, (Mapping, list)):
        document = kind == "s" and isinstance(value, Mapping) and _DOCUMENTS.search(path)
        return [] if document else [Failure(path, f"{value!r} is not a single value")]
    if kind in ("i", "f"):
        try:
            number = float("true" if isinstance(value, bool) else value)
        except (TypeError, ValueError):
            return [Failure(path, f"{value!r} is not a number")]
        if kind == "i" and not number.is_integer():
            return [Failure(path, f"{value!r} is not a whole number")]
    if kind == "b" and str(value).lower() not in ("true", "false"):
        return [Failure(path, f"{value!r} is not true or false")]
    return []


def _against_models(call: Call) -> list[Failure]:
    """What the API models say of everything creation would send, and the inputs none of its operations takes."""
    spec, values = call.spec, call.inputs
    bad: list[Failure] = []
    placed: set[str] = set()
    missed: dict[str, tuple[str, str]] = {}
    for operation in _creating(call):
        keys = call.accepted_inputs(operation) & set(values)
        if not keys:
            continue
        _, conversion = call.build(operation, sorted(keys), values)
        bad += conversion.bad
        placed |= {without_indices(p) for p in conversion.used}
        for path in conversion.missed:
            missed.setdefault(without_indices(path), (path, operation.name))
    for plain, (path, operation) in missed.items():
        if plain not in placed and not any(p.startswith(plain + ".") for p in placed):
            bad.append(Failure(path, f"not served by the local cloud: {operation} has no such member", here=True))
    return [f._replace(property=_property(spec, f.property, call)) for f in bad]


def _creating(call: Call) -> list[Operation]:
    spec = call.spec
    creating = [o for o in spec.create if call.holds(o, call.inputs)][:1]
    later = [o for o in spec.update if not o.update_only and call.holds(o, call.inputs)]
    return creating + later + [o for o in spec.delete if not o.code and call.holds(o, call.inputs)]


def _property(spec: Spec, path: str, call: Call) -> str:
    """A path inside something `prepare` made, as the input it was made of."""
    top = path.split(".")[0].split("[")[0]
    if top not in spec.prepared:
        return path
    sources = sorted(spec.prepared[top] & set(call.state))
    return f"{sources[0]}{path[len(top) :]}" if len(sources) == 1 else path


def _set_elements(call: Call, members: Members, elements: Any) -> list[Failure]:
    """The elements of a list kept by adding and removing, in the form in which they would be added."""
    spec = call.spec
    if not elements or has_unknown(elements):
        return []
    if any(members.input in call.accepted_inputs(o) for o in spec.create):
        return []
    listed = elements if isinstance(elements, list) else [elements]
    shape = shapes.input_of(spec.service, members.add)
    conversion = Conversion(spec, Operation(members.add, rules={} if members.to else spec.map))
    if members.to:
        try:
            listed = [members.to(call, x) for x in listed]
        except (KeyError, ValueError, TypeError) as wrong:
            return [Failure(members.input, f"{wrong} is missing or wrong")]
    for member in members.member:
        shape = shape.members[member]
    if members.member:
        conversion.value(listed, shape, members.input)
    else:
        for at, element in enumerate(listed):
            if isinstance(element, Mapping):
                conversion.structure(element, shape, f"{members.input}[{at}]" if not members.to else members.input, {})
            else:
                conversion.structure({members.input: element}, shape, "", {})
    if not members.to:
        conversion.bad += [
            Failure(p, f"not served: {members.add} has no such member", here=True) for p in conversion.missed
        ]
    return conversion.bad


def unknown_outputs(spec: Spec, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs a preview can know: what is given, UNKNOWN for what AWS will say; of an update, `state`'s value where
    it cannot change."""
    types = schema.of(spec.token)
    optional = set(input_facts.computed_inputs(spec.token)) | ({spec.name.input} if spec.name else set())
    complete: dict[str, Any] = {}
    for key in types.outputs:
        if inputs.get(key) is not None:
            complete[key] = inputs[key]
        elif state and key not in input_facts.changing(spec.token):
            complete[key] = state.get(key) if key not in types.inputs or key in optional else None
        elif key not in types.inputs or key in optional:
            complete[key] = UNKNOWN
    if "tagsAll" in types.outputs:
        complete["tagsAll"] = dict(inputs.get("tags") or {}) if inputs.get("tags") != UNKNOWN else UNKNOWN
    return {k: v for k, v in complete.items() if v is not None}
