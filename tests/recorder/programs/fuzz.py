"""Every resource class the light recorder knows, with random arguments of every declared shape and random options."""

import importlib
import random
import re

# pyright: reportAttributeAccessIssue=false
from tenfold.recorder.light import tables

KEYS = ("snake_key", "camelKey", "x-y", "k")


def program(seed: int) -> None:
    """Constructs one resource of each class. The same seed gives the same program."""
    Fuzz(random.Random(seed)).run()


class Fuzz:
    def __init__(self, choose: random.Random):
        import pulumi

        self.pulumi, self.choose = pulumi, choose
        options = pulumi.ResourceOptions
        self.base = pulumi.CustomResource(
            "test:index:Base", "base", {"x": 1, "nm": "given", "o": {"a": [1, "b"]}, "unk": None}
        )
        self.component = pulumi.ComponentResource("test:index:Comp", "comp", {"p": "pv"}, options(protect=True))
        self.child = pulumi.CustomResource("test:index:Base", "child", {"x": 1}, options(parent=self.component))
        self.earlier = [self.base]

    def run(self) -> None:
        for module in sorted(tables.modules()):
            table = tables.load(module)
            assert table is not None
            for class_ in sorted(table.classes):
                made = self.resource(importlib.import_module(module), table, class_)
                self.earlier = [self.base, *[*self.earlier[1:], made][-5:]]

    def resource(self, module, table, class_):
        known = tables.ClassTable(table, table.classes[class_])
        required = set(known.required)
        given = {}
        for name in known.inputs:
            kind = known.outputs[name][1]
            if name in required or (kind != "enum" and self.choose.random() < 0.6):
                value = self.value(_type(table.classes[class_]["inputs"][name]), 0, table)
                given[name] = "text" if kind == "enum" else "required" if value is None and name in required else value
        given |= {part: f"text.{part}" for part in re.findall(r"{(\w+)}", known.token)}  # the type's name has it in it
        name = f"{table.module}-{class_}"
        return getattr(module, class_)(name, opts=self.options(known), **given)

    def options(self, known):
        def often(share):
            return self.choose.random() < share

        given = {}
        if often(0.5):
            given["parent"] = self.choose.choice([self.component, self.child, self.choose.choice(self.earlier)])
        if often(0.3):
            given["depends_on"] = [self.choose.choice([self.child, self.base, self.choose.choice(self.earlier)])]
        if often(0.2):
            given["ignore_changes"] = [*self.choose.sample(sorted(known.inputs), min(2, len(known.inputs))), "a.b"]
        if often(0.2):
            given["additional_secret_outputs"] = self.choose.sample(sorted(known.outputs), 1)
        if often(0.2):
            given["replace_on_changes"] = ["*"]
        if often(0.2):
            given["protect"] = often(0.5)
        if often(0.1):
            given["aliases"] = [self.pulumi.Alias(name="z")]
        return self.pulumi.ResourceOptions(**given)

    def value(self, shape, depth, table):
        if shape == "enum" or self.choose.random() < 0.04:
            return None
        if isinstance(shape, list):
            return self.sequence(shape[0], depth, table)
        if isinstance(shape, dict):
            keys = self.choose.sample(KEYS, self.choose.randrange(len(KEYS)))
            return {key: self.value(shape["*"], depth + 1, table) for key in keys}
        if shape in table.nested:
            return self.object(shape, depth, table)
        if shape == "any" and self.choose.random() < 0.3:
            return {"any_key": [1, {"b_c": self.leaf()}]}
        return self.leaf()

    def sequence(self, element, depth, table):
        values = [self.value(element, depth + 1, table) for _ in range(self.choose.randrange(3))]
        form = self.choose.random()
        return self.pulumi.Output.from_input(values) if form > 0.95 else tuple(values) if form > 0.9 else values

    def object(self, shape, depth, table):
        fields = table.nested[shape]
        count = 1 if depth > 4 else self.choose.randrange(1, 4)
        names = self.choose.sample(sorted(fields), min(len(fields), count))
        found = {name: self.value(_type(fields[name]), depth + 1, table) for name in names}
        if shape in table.types and not table.object(shape).missing(found) and self.choose.random() < 0.4:
            return getattr(importlib.import_module(table.module), shape)(**found)
        if self.choose.random() < 0.1:
            found["unknown_key"] = {"inner_key": self.leaf()}
        form = self.choose.random()
        if form < 0.75:
            return found
        output = self.pulumi.Output
        return output.from_input(found) if form < 0.9 else output.all(found).apply(lambda values: values[0])

    def leaf(self):
        output, base, other = self.pulumi.Output, self.base, self.choose.choice(self.earlier)
        number = self.choose.randrange(99)
        return self.choose.choice(
            [
                lambda: f"s{number}",
                lambda: number,
                lambda: True,
                lambda: 1.5,
                lambda: base.nm,
                lambda: base.id,
                lambda: output.secret("sec"),
                lambda: output.concat("a-", base.nm, "-", other.id),
                lambda: base.x.apply(lambda value: value + 1),
                lambda: output.all(base.nm, base.x).apply(lambda values: f"{values[0]}{values[1]}"),
                lambda: base.o["a"][1],
                lambda: other.urn,
            ]
        )()


def _type(field):
    return field["type"] if isinstance(field, dict) and "type" in field else field
