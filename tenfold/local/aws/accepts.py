"""Which inputs of a type an operation can take, and so where every input goes. Static: models and table, no call."""

import functools
from typing import Any

from tenfold.local.aws import dest, schema, shapes
from tenfold.local.aws.spec import Operation, Rule, Spec


@functools.cache
def inputs_of(spec: Spec, operation: Operation) -> frozenset[str]:
    """The top-level inputs (those made by `prepare` included) this operation takes."""
    if operation.code or (operation in spec.delete and operation.only is None and not operation.full):
        return frozenset()  # a delete takes its keys and what the table names, nothing by name
    if operation.pair:
        entries = operation.pair[2]
        return frozenset(
            p for p, r in operation.rules.items() if r.to and r.to[0] == entries and len(r.to) == 2 and "." not in p
        )
    shape = shapes.input_of(spec.service, operation.name)
    candidates = [*schema.of(spec.token).inputs, *spec.prepared]
    return frozenset(p for p in candidates if _accepts(spec, operation, shape, p))


def _accepts(spec: Spec, operation: Operation, shape: shapes.Shape, key: str) -> bool:
    if key in operation.takes:
        return True
    if (operation.only is not None and key not in operation.only) or key == "region":
        return False
    if key in spec.record or key in spec.refuse or key in spec.hooks or key in spec.prepared_from:
        return False
    if key in spec.set_inputs and operation not in spec.create:
        return False
    return _has_place(spec, operation, shape, key) and (operation in spec.create or not _is_key(spec, shape, key))


def _has_place(spec: Spec, operation: Operation, shape: shapes.Shape, key: str) -> bool:
    rule = operation.rules.get(key)
    if rule is None:
        nested = operation.nest and shapes.member(shape.members[operation.nest], key, spec.nouns)
        tagged = key == "tags" and "TagSpecifications" in shape.members and bool(spec.tag_type)
        return bool(shapes.member(shape, key, spec.nouns) or nested or tagged)
    if rule.to == ():
        inner = [r for p, r in operation.rules.items() if p.startswith(key + ".")]
        return any(_exists(operation, shape, r) for r in inner)
    return _exists(operation, shape, rule)


def _exists(operation: Operation, shape: shapes.Shape, rule: Rule) -> bool:
    if not rule.to:
        return False
    return dest.exists(shape, rule.to) or bool(operation.nest and dest.exists(shape.members[operation.nest], rule.to))


def _is_key(spec: Spec, shape: shapes.Shape, key: str) -> bool:
    rule = spec.map.get(key)
    named = str(rule.to[0]) if rule and rule.to else shapes.member(shape, key, spec.nouns)
    return named in spec.keys


@functools.cache
def roles(spec: Spec) -> dict[str, tuple[str, ...]]:
    """{input: where it goes}: "create:CreateVpc", "set", "tags", "code", "recorded" …; empty: not served."""
    return {p: tuple(_roles(spec, p)) for p in schema.of(spec.token).inputs}


def _roles(spec: Spec, key: str) -> list[str]:
    if key == "region":
        return ["region"]
    if key in spec.refuse:
        return []
    roles = ["recorded"] if key in spec.record else []
    roles += ["code"] if key in spec.hooks or key in spec.update_hooks else []
    roles += [f"prepared:{name}" for name, sources in spec.prepared.items() if key in sources]
    roles += ["key"] if "{" + key + "}" in _templates(spec) else []
    roles += ["set"] if key in spec.set_inputs else []
    for verb, operations in (("create", spec.create), ("update", spec.update), ("delete", spec.delete)):
        roles += [f"{verb}:{o.name}" for o in operations if key in inputs_of(spec, o)]
    return roles + (["tags"] if key == "tags" and spec.tagging else [])


def _templates(spec: Spec) -> list[Any]:
    return [x for value in spec.keys.values() for x in (value if isinstance(value, list) else [value])]


def create_only(spec: Spec) -> frozenset[str]:
    """The inputs that creation takes and no later operation: what a change would have to replace."""
    kept = {p for name, sources in spec.prepared.items() for p in sources if _updatable(spec, name)}
    return frozenset(
        p
        for p, where in roles(spec).items()
        if where and p not in kept and all(w.startswith(("create:", "prepared:", "key")) for w in where)
    )


def _updatable(spec: Spec, key: str) -> bool:
    return any(key in inputs_of(spec, o) for o in spec.update)
