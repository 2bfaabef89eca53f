"""The table of types, read from `data/<module>.yaml` when a type of that module is first used.

It says only what neither the Pulumi schema nor the API models say. One entry:

id          where the identifier is: a jmespath in the create answer, a "{template}", or code.<file>.<function>
keys        {member: template}, filled into every operation that has the member (as a list in `<member>s`)
create      operations; the first whose condition holds makes the resource
update      operations that change it; create also uses them for inputs it could not take itself
read        operations whose answers, merged, are the resource
delete      operations, `code.<file>.<function>` or `guard.<file>.<function>`; takes its keys and the inputs in `only`
sets        lists kept by adding and removing operations
after_update  code.<file>.<function>, once at the end of every update
after       operations with constant parameters, or code.<file>.<function>, once right after create
map         {input: member}: a place (see dest.py), "." = the block's fields lie in the parent, null = not in this API
read_map    {input: jmespath or code.<file>.<function>} where the answer differs from `map`; null = cannot be read
out         {output: "{template}", "=jmespath" or code.<file>.<function>}
record      {reason: [inputs]}: accepted and kept, not sent
refuse      {reason: [inputs]}: an error, because ignoring them would change the meaning
write_only  inputs that are sent and never answered
ends        inputs that are over when the answer has none any more; else what is not answered stays as it was known
whole       blocks of which a program reads fields that it did not give
default     inputs added when absent                          reset   {input: value or template sent when it is removed}
name        {input, max, prefix, lower, fifo}: named automatically  nouns   words the API puts before its members
lookup      {name: code.<file>.<function>}: names for templates that have to be worked out or asked for
prepare     code.<file>.<function> turning inputs into the form that is mapped; `prepared` names what it makes of what
tagging, tag_type   how tags are kept (the file's own `tagging` otherwise; null: no tags)
gone        jmespath, true when the answer means "deleted"    import_id   the inputs an import id is made of
hooks       {input: code.<file>.<function>} called with old and new value; `update_hooks` only when it changes
rules       [<file>.<function>] of rules/: what Check knows more    guards  the same of guards/: asked before a call
"""

import functools
from pathlib import Path

import yaml

from tenfold.local.aws import table_parser
from tenfold.local.aws.spec import Spec

DATA = Path(__file__).parent / "data"


def module_of(token: str) -> str:
    """`aws:ec2/vpc:Vpc` -> `ec2`."""
    return token.partition(":")[2].partition("/")[0]


@functools.cache
def module(name: str) -> dict[str, Spec]:
    """The entries of one file, `{}` where there is none."""
    path = DATA / f"{name}.yaml"
    if not path.is_file():
        return {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load(path.read_bytes(), loader)
    tagging = table_parser.tagging(raw.get("tagging"))
    return {
        token: table_parser.spec(token, raw["service"], entry, tagging)
        for token, entry in raw.items()
        if token.startswith("aws:")
    }


def spec(token: str) -> Spec | None:
    """The entry of a type, or None when the local cloud does not serve it."""
    return module(module_of(token)).get(token)


def tokens() -> list[str]:
    """Every type of the table, in the order of the files."""
    return [token for path in sorted(DATA.glob("*.yaml")) for token in module(path.stem)]
