"""Components and stacks keep the rules that make them plannable without an engine; each broken rule is told by line."""

from pathlib import Path

import pytest

from tenfold.recorder.author_rules import violations

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("components", "stacks") for path in (ROOT / folder).rglob("*.py"))

IMPORTS = "import json\nimport pulumi\nimport pulumi_aws as aws\nfrom pulumi_aws.sns import Topic\n"
COMPONENT = (
    "class Thing(pulumi.ComponentResource):\n"
    "    def __init__(self, name, args, opts=None):\n"
    "        super().__init__('tenfold:index:Thing', name, dict(args), opts)\n"
    "        below = pulumi.ResourceOptions(parent=self)\n"
)

# (source, the line with the fault, the rule)
BROKEN = [
    ("from __future__ import annotations\n", 1, "future annotations"),
    ("import pulumi_random\n", 1, "imports"),
    (
        "import pulumi_kubernetes as kubernetes\nkubernetes.core.v1.ConfigMap('c', {'data': {}})\n",
        2,
        "arguments by name",
    ),
    ("from pulumi.dynamic import Resource\n", 1, "imports"),
    ("from pulumi import StackReference\n", 1, "imports"),
    (IMPORTS + "pulumi.StackReference('o/p/s')\n", 5, "refused names"),
    (IMPORTS + "aws.ec2.Eip('e', True)\n", 5, "arguments by name"),
    (IMPORTS + "Topic('t', 'name')\n", 5, "arguments by name"),
    (IMPORTS + "aws.iam.RolePolicy('p', role='r', policy={'Statement': []})\n", 5, "policies are text"),
    (IMPORTS + "o = pulumi.ResourceOptions(depends_on=[self])\n", 5, "no dependency on oneself"),
    (IMPORTS + COMPONENT + "        aws.Provider('p', opts=below)\n", 5, "no provider inside"),
    (IMPORTS + COMPONENT + "        Topic('t')\n        self.register_outputs({})\n", 5, "children have options"),
    (IMPORTS + COMPONENT, 5, "outputs are registered"),
    (IMPORTS + COMPONENT.replace("index:Thing", "index:Other"), 5, "token is the class"),
    (
        IMPORTS + COMPONENT.replace("Resource):", 'Resource):\n    goes_on_with = "Another"'),
        5,
        "token is the class",
    ),
    ("from typing import TypedDict\nclass A(TypedDict):\n    a: Literal['x']\n", 2, "inputs can be described"),
    ("from typing import TypedDict\nclass A(TypedDict):\n    a: str | int\n", 2, "inputs can be described"),
    ("async def callback(value): ...\n", 1, "no async"),
    ("class A:\n    def __getattr__(self, name): ...\n", 2, "no getattr"),
]
FINE = (
    IMPORTS
    + COMPONENT
    + "        topic = Topic(f'{name}-topic', opts=below)\n"
    + "        aws.sns.TopicPolicy(f'{name}-policy', arn=topic.arn, policy=json.dumps({}), opts=below)\n"
    + "        self.register_outputs({})\n"
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_own_components_and_stacks(path):
    assert [str(violation) for violation in violations(path)] == []


@pytest.mark.parametrize(
    ("source", "line", "rule"), BROKEN, ids=[f"{rule}-{n}" for n, (_, _, rule) in enumerate(BROKEN)]
)
def test_a_broken_rule_is_told_by_line(source, line, rule, tmp_path):
    file = tmp_path / "component.py"
    file.write_text(source)
    found = [(violation.line, violation.rule) for violation in violations(file)]
    assert (line, rule) in found
    (told,) = [violation for violation in violations(file) if violation.rule == rule][:1]
    assert str(told).startswith(f"{file}:{line}: {rule}: ")


def test_a_component_that_keeps_the_rules_is_fine(tmp_path):
    file = tmp_path / "component.py"
    file.write_text(FINE)
    assert violations(file) == []
