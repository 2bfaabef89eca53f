"""What each example asks for at each stage changes only on purpose, and no URN that holds data changes at all."""

import difflib

import pytest

from tests.stacks import golden
from tests.stacks.graphs import cases, graph

CASES = pytest.mark.parametrize("case", cases(golden.ENVIRONMENT), ids=str)


@CASES
def test_nothing_changes_unseen(case):
    """A difference here is what a user's next `up` does. Sometimes it is meant."""
    file, wanted = golden.graph_file(case), golden.written(graph(case))
    before = file.read_text() if file.is_file() else ""
    if before == wanted:
        return
    changed = [
        f"{line[:400]}\n"
        for line in difflib.unified_diff(before.splitlines(), wanted.splitlines(), lineterm="", n=0)
        if not line.startswith("@@")
    ]
    pytest.fail(
        f"{case} asks for something else than {file.name} says ({len(changed)} lines, the first are below).\n"
        f"If it is meant: {golden.REGENERATE}, read the diff, commit it.\n\n{''.join(changed[:20])}",
        pytrace=False,
    )


@CASES
def test_no_urn_changes_unseen(case):
    """Pulumi knows a resource by its URN: under another one it is another resource."""
    file, wanted = golden.urns_file(case), golden.urns(graph(case))
    before = file.read_text() if file.is_file() else ""
    lost = {line.split()[0] for line in before.splitlines()} - set(graph(case).resources)
    if holding := sorted(lost & golden.stateful_urns(before)):
        pytest.fail(
            "These URNs hold data or identity, and are gone:\n  " + "\n  ".join(holding) + "\n"
            "For everybody who has deployed them the next `up` would delete what they stand for and make an empty one\n"
            "(protection refuses that, and the stack is stuck). A URN changes with the resource's name, its type, or\n"
            "the type of a component above it. Take the change back, or keep the old identity:\n"
            '    opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="the-old-name")], …)\n'
            "(`parent=` or `type_=` where those changed). The alias stays for as long as the old URN may be deployed.\n"
            f"Then {golden.REGENERATE}.",
            pytrace=False,
        )
    if before != wanted:
        added = sorted(set(graph(case).resources) - {line.split()[0] for line in before.splitlines()})
        pytest.fail(
            f"{file.name} is not what {case} makes. Gone (deleted at the next `up`): {sorted(lost)}. New: {added}.\n"
            f"If it is meant: {golden.REGENERATE}, read the diff, commit it.",
            pytrace=False,
        )


def test_a_golden_file_without_a_case_is_dead_weight():
    expected = {file(case) for case in cases(golden.ENVIRONMENT) for file in (golden.graph_file, golden.urns_file)}
    assert set(golden.FOLDER.iterdir()) == expected
