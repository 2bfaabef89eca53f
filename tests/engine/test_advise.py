"""`tenfold advise --live`: what CloudWatch measured of a real deployment decides, by name of what was really made."""

from datetime import UTC, datetime, timedelta

BLUEPRINT = """name: shop
stage: 3
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
load: {users: 5k, reads: 95%}
environments: {dev: {throwaway: true}}
"""


def test_what_is_measured_of_a_deployment_decides(fresh, aws, tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(BLUEPRINT, encoding="utf-8")
    where = (str(path), "--env", "dev")
    assert "Nothing is deployed" in fresh("advise", *where, "--live", "--local", code=1).stderr
    fresh("up", *where, "--local")
    silent = fresh("advise", *where, "--live", "--local")
    assert "no measurement of the last day" in silent.stderr and "computed from `load`" in silent.stdout

    [group] = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    [database] = aws("rds").describe_db_instances()["DBInstances"]
    put(aws, "AWS/EC2", "CPUUtilization", "AutoScalingGroupName", group["AutoScalingGroupName"], 35)
    at = ("DBInstanceIdentifier", database["DBInstanceIdentifier"])
    put(aws, "AWS/RDS", "CPUUtilization", *at, 30)
    put(aws, "AWS/RDS", "DatabaseConnections", *at, 220)
    found = fresh.json("advise", *where, "--live", "--local")
    assert (found["advice"]["rule"], found["measured"]) == ("pool-exhausted", True)
    assert (found["signals"]["cpu.server"], found["signals"]["cpu.database"]) == (0.35, 0.3)
    assert "a larger database" in found["not"]


def put(aws, namespace, name, dimension, of, value):
    measured = {"MetricName": name, "Dimensions": [{"Name": dimension, "Value": of}], "Value": value}
    moment = datetime.now(UTC) - timedelta(minutes=10)
    aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[{**measured, "Timestamp": moment}])
