"""Ten times the resources take ten times the work, not a hundred. Work is counted in function calls: no clock."""

import cProfile
import pstats
from typing import Any

import both
import pytest

from tenfold.recorder.light.record import record as light

CHAIN = """
import pulumi_aws as aws
before = None
for n in range({size}):
    before = aws.ec2.Subnet(f"s{{n}}", vpc_id=before.id if before else "vpc", cidr_block="10.0.0.0/24")
"""
TIERS = """
import pulumi
import pulumi_aws as aws

class Tier(pulumi.ComponentResource):
    def __init__(self, name, before, opts=None):
        super().__init__("test:index:Tier", name, {{}}, opts)
        for n in range(10):
            below = pulumi.ResourceOptions(parent=self, depends_on=before.first if before else None)
            self.first = aws.sns.Topic(f"{{name}}-t{{n}}", tags={{"tier": name}}, opts=below)
        self.register_outputs({{"first": self.first.arn}})

before = None
for n in range({size} // 10):
    before = Tier(f"tier{{n}}", before)
"""


def work(program: str, size: int) -> int:
    run = both.run(both.source(program.format(size=size)), True)
    profile = cProfile.Profile()
    with profile:
        graph = light(run)
    assert len(graph) >= size
    stats: Any = pstats.Stats(profile)  # its stub lacks `total_calls`
    return stats.total_calls


@pytest.mark.parametrize("program", [CHAIN, TIERS], ids=["chain", "tiers"])
def test_work_grows_with_the_number_of_resources(program):
    work(program, 10)  # the tables are read once
    assert work(program, 2_000) < 10.5 * work(program, 200)


def test_a_long_chain_of_dependencies_is_no_deep_recursion():
    graph = light(both.run(both.source(CHAIN.format(size=5_000)), True))
    assert graph.resources_named("s4999")[0].dependencies == (graph.resources_named("s4998")[0].urn,)
