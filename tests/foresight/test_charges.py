"""What single resources cost, beside the parts of a shop: hand-made sums, one for each way of billing."""

import json
import re
from dataclasses import replace

import pytest

from tenfold.blueprints.architecture.messages import Queue
from tenfold.foresight.charges import compute
from tenfold.foresight.cost import estimate
from tests.foresight import estimates
from tests.foresight.estimates import EAST, MONTH, graph_with, shop, typical
from tests.stacks.graphs import architecture, graph


def beside(*resources: tuple[str, str, dict]) -> dict[str, float]:
    """Price key -> the USD a month that these add to the shop at stage 3."""
    a, before = architecture(shop(3)), len(estimates.of(shop(3)).lines)
    lines = estimate(a, graph_with(shop(3), *resources), EAST).lines[before:]
    assert all(line.price for line in lines)
    found: dict[str, float] = {}
    for line in lines:
        found[line.charge.key] = found.get(line.charge.key, 0) + typical(line)
    return found


def queued(**fields) -> dict[str, float]:
    """Queue tier -> USD a month of its requests, in a shop with two queues."""
    a = replace(
        architecture(shop(3)), queues={"jobs": queue(**fields), "mail": queue(**fields and {"per_request": 0.1})}
    )
    queues = (("aws:sqs/queue:Queue", f"shop-queue-{name}", {"fifoQueue": name == "jobs"}) for name in a.queues)
    lines = estimate(a, graph_with(shop(3), *queues), EAST).lines
    return {line.charge.key: typical(line) for line in lines if line.charge.key.startswith("sqs")}


def queue(**fields) -> Queue:
    return Queue(2.0, 60, 5, 345_600, "none", "by-id", 345_600, **fields)


def test_a_message_is_three_calls_and_as_many_come_as_a_queue_states():
    writes = 15 * 0.25 * MONTH * 3600 * 0.05  # the requests that write, a message each
    assert queued() == {
        "sqs.fifo": pytest.approx(writes / 2 * 3 * 0.5 / 1e6),
        "sqs.standard": pytest.approx(writes / 2 * 3 * 0.4 / 1e6),
    }
    requests = 15 * 0.25 * MONTH * 3600
    assert queued(per_request=0.3) == {
        "sqs.fifo": pytest.approx(requests * 0.3 * 3 * 0.5 / 1e6),
        "sqs.standard": pytest.approx(requests * 0.1 * 3 * 0.4 / 1e6),
    }


def test_a_kubernetes_cluster_and_its_nodes():
    nodes = {"scalingConfig": {"minSize": 2, "desiredSize": 3, "maxSize": 6}, "instanceTypes": ["t4g.medium"]}
    found = beside(("aws:eks/cluster:Cluster", "shop-k8s", {}), ("aws:eks/nodeGroup:NodeGroup", "shop-nodes", nodes))
    assert found["eks"] == pytest.approx(73.0)
    assert found["ec2.t4g.medium"] == pytest.approx(3 * 0.0336 * MONTH)
    assert found["ebs.gp3"] == pytest.approx(3 * 20 * 0.08)


def test_an_interface_endpoint_is_billed_for_each_zone_and_a_gateway_is_free():
    interface = {"vpcEndpointType": "Interface", "subnetIds": ["a", "b", "c"], "serviceName": "com.amazonaws.x.ssm"}
    gateway = {"vpcEndpointType": "Gateway", "serviceName": "com.amazonaws.x.s3"}
    kind = "aws:ec2/vpcEndpoint:VpcEndpoint"
    assert beside((kind, "shop-ssm", interface), (kind, "shop-s3", gateway)) == {
        "endpoint.interface": pytest.approx(3 * 0.01 * MONTH)
    }


def test_a_proxy_is_billed_by_the_vcpus_of_its_instance():
    assert beside(("aws:rds/proxy:Proxy", "shop-proxy", {})) == {"rds.proxy": pytest.approx(2 * 0.015 * MONTH)}


def test_more_than_gp3_comes_with_is_billed():
    volume = {"size": 100, "type": "gp3", "iops": 4000, "throughput": 250}
    assert beside(("aws:ebs/volume:Volume", "shop-data", volume)) == {
        "ebs.gp3": pytest.approx(8.0),
        "ebs.gp3.iops": pytest.approx(5.0),
        "ebs.gp3.throughput": pytest.approx(5.0),
    }


def test_health_checks_of_addresses_cost_more_and_options_are_counted():
    check = {"type": "HTTPS", "requestInterval": 10}
    assert beside(("aws:route53/healthCheck:HealthCheck", "shop-check", check)) == {
        "route53.check.other": pytest.approx(0.75),
        "route53.check.option.other": pytest.approx(4.0),
    }


def test_replicated_secrets_count_each():
    replicated = {"replicas": [{"region": "eu-west-1"}]}
    assert beside(("aws:secretsmanager/secret:Secret", "shop-key", replicated)) == {"secret": pytest.approx(0.80)}


def test_shards_and_replicas_of_a_cache_are_all_nodes():
    sharded = {"engine": "valkey", "nodeType": "cache.r7g.large", "numNodeGroups": 3, "replicasPerNodeGroup": 1}
    found = beside(("aws:elasticache/replicationGroup:ReplicationGroup", "shop-cache2", sharded))
    assert found == {"cache.valkey.cache.r7g.large": pytest.approx(6 * 0.1752 * MONTH)}


def test_a_table_is_billed_by_its_units():
    requests = 15 * 0.25 * MONTH * 3600
    found = beside(("aws:dynamodb/table:Table", "shop-table", {"billingMode": "PAY_PER_REQUEST"}))
    assert found == {
        "dynamodb.read": pytest.approx(requests * 0.125 / 1e6),
        "dynamodb.write": pytest.approx(requests * 0.05 * 0.625 / 1e6),
        "dynamodb.storage": pytest.approx(0.25),
    }


def test_the_agent_sends_as_many_metrics_as_are_counted():
    """From its configuration in the user data: original dimensions, and each aggregation that they have."""
    made = [r for stage in (1, 3) for r in graph(shop(stage)) if "userData" in r.inputs]
    configured = [re.search(r'\{"agent": .*\}', str(resource.inputs["userData"])) for resource in made]
    if configured[1] is None:  # compressed in a launch template
        from tests.stacks.host import user_data

        configured[1] = re.search(r'\{"agent": .*\}', user_data(made[1]))
    alone, member = (_metrics(json.loads(found[0])) for found in configured if found)
    assert len(alone) == compute.METRICS_OF_A_SERVER
    shared = [dimensions for dimensions in member if "InstanceId" not in dimensions[1]]
    assert (len(member) - len(shared), len(shared)) == (compute.METRICS_OF_A_MEMBER, compute.METRICS_OF_A_FLEET)


def _metrics(agent: dict) -> set[tuple[str, frozenset[str], str]]:
    """(what, its dimensions, which disk) of every metric, each once. A disk's are its own: path and file system."""
    said = agent["metrics"]
    found = set()
    for what, own in (("mem", set()), ("disk", {"path", "fstype"})):
        for disk in said["metrics_collected"][what].get("resources", [""]):
            every = {*own, *said["append_dimensions"]}
            for dimensions in (every, *map(set, said["aggregation_dimensions"])):
                if dimensions <= every:
                    found.add((what, frozenset(dimensions), disk if "path" in dimensions else ""))
    return found
