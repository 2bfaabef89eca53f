"""Tags: each service has its own pair of operations, named once per file of the table (`tagging`)."""

from collections.abc import Mapping
from typing import Any

import jmespath

from tenfold.local.aws import inverse, shapes
from tenfold.local.aws.call import Call
from tenfold.local.aws.convert import Conversion
from tenfold.local.aws.spec import Operation

# where the services put their tags: ELB; Route 53; Budgets; WAF; RDS and SSM; CloudFront; Logs; the others
_ANSWERS = (
    "TagDescriptions[0].Tags || ResourceTagSet.Tags || ResourceTags || TagInfoForResource.TagList || TagList"
    " || Tags.Items || tags || Tags"
)


def change(call: Call, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    how = call.spec.tagging
    if how is None:
        return
    added = {k: v for k, v in new.items() if old.get(k) != v}
    gone = [k for k in old if k not in new]
    key = {member: call.fill(template) for member, template in how.key.items()}
    if added:
        call.send(how.add, **key, **{how.tags: _as(call, how.add, how.tags, added)})
    if gone and how.keys is None:
        call.send(how.remove, **key, **{how.tags: [{"Key": k} for k in gone]})
    elif gone and how.keys:
        call.send(how.remove, **key, **{how.keys: _as(call, how.remove, how.keys, gone)})


def _as(call: Call, operation: str, member: str, value: Any) -> Any:
    """Tags in the service's own form: a list of pairs, a map, or CloudFront's counted `Items`."""
    shape = shapes.input_of(call.spec.service, operation).members[member]
    conversion = Conversion(call.spec, Operation(operation), strict=False)
    if shape.type_name == "structure":
        return {"Items": conversion.value(value, shape.members["Items"], "tags")}
    return conversion.value(value, shape, "tags")


def read(call: Call, answer: Mapping[str, Any]) -> dict[str, str]:
    """The user's tags; AWS's own (`aws:…`) are left out."""
    how = call.spec.tagging
    answered = next((answer[m] for m in ("Tags", "TagSet", "TagList") if answer.get(m) is not None), None)
    if answered is None and how is not None and how.read:
        members = shapes.input_of(call.spec.service, how.read).members
        key = {m: call.fill(template) for m, template in how.key.items() if m in members}
        result = call.send(how.read, **(key or call.with_keys(how.read, {})))
        answered = jmespath.search(
            _ANSWERS,
            result,
        )
    tags = inverse.value(answered or [], ["m", "s"], call.spec, "tags")
    return {k: v for k, v in (tags or {}).items() if not k.startswith("aws:")}
