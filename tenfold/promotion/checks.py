"""What can be asked of AWS before something moves or goes: the same questions of an account and of the local cloud.

A question belongs to a resource type; a later stage adds one to `_QUESTIONS`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from tenfold.blueprints.architecture import Architecture
from tenfold.blueprints.stages.promotion import Promotion
from tenfold.blueprints.value import Value

OK, NOT_YET, UNKNOWN = "ok", "not yet", "unknown"
ABOUT = ("data", "traffic", "finish")  # in the order of the steps
QUIET = 1024 * 1024  # bytes a minute: agents, settings and certificates of a server that nobody uses stay well below
MINUTES = 10  # how far back metrics are asked for: ten times as long as clients keep an address

State = Sequence[Mapping[str, Any]]


class Check(Value):
    """`about` says before what it has to be well: data, traffic, or finish."""

    about: str
    what: str
    result: Literal["ok", "not yet", "unknown"]
    why: str = ""


class Asked:
    """Where to ask. `endpoint` is the local cloud's; without one it is the account of the environment's credentials."""

    def __init__(self, architecture: Architecture, endpoint: str | None):
        self.architecture, self.endpoint = architecture, endpoint

    def client(self, service: str, region: str | None = None, config: Any = None) -> Any:
        """`config`: of botocore, where its usual patience is too long."""
        import boto3

        simulated = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if self.endpoint else {}
        region = region or self.architecture.region
        return boto3.client(service, region_name=region, endpoint_url=self.endpoint, config=config, **simulated)

    def metric(self, namespace: str, name: str, dimension: tuple[str, str], statistic: str) -> list[float]:
        """A value a minute, of the last ten, the latest last; empty where nothing was measured."""
        now = datetime.now(UTC)
        points = self.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": dimension[0], "Value": dimension[1]}],
            StartTime=now - timedelta(minutes=MINUTES),
            EndTime=now,
            Period=60,
            Statistics=[statistic],
        )["Datapoints"]
        return [point[statistic] for point in sorted(points, key=lambda point: point["Timestamp"])]

    def unmeasured_check(self, about: str, what: str) -> Check:
        if self.endpoint:
            return Check(about, what, UNKNOWN, "the local cloud measures nothing")
        return Check(about, what, NOT_YET, f"no measurement in the last {MINUTES} minutes")


def checks(asked: Asked, resources: State) -> list[Check]:
    """Every question that the resources of the state raise, in the order of the steps, then of their names: the state's
    order hangs on which resource was ready first. Never raises for what AWS answers."""
    from botocore.exceptions import BotoCoreError, ClientError

    checks: list[Check] = []
    for resource in sorted(resources, key=_name):
        for question in _QUESTIONS.get(resource["type"], ()):
            try:
                checks += question(asked, resource)
            except (ClientError, BotoCoreError) as error:
                checks.append(Check("finish", _name(resource), UNKNOWN, f"AWS says: {error}"))
    return sorted(checks, key=lambda check: ABOUT.index(check.about))


def due(promotion: Promotion | None) -> tuple[str, ...]:
    """What has to be well before the next step: everything before the end."""
    if promotion is None or not promotion.waiting:
        return ABOUT
    return ABOUT[: ABOUT.index(promotion.waiting[0]) + 1]


def _database(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    """Also a replica, which has no database of its own to be filled."""
    outputs = resource["outputs"]
    answer = asked.client("rds").describe_db_instances(DBInstanceIdentifier=outputs["identifier"])["DBInstances"][0]
    database = asked.architecture.database
    status, running = answer["DBInstanceStatus"], f"{answer['Engine']} {answer['EngineVersion']}"
    good = (
        status == "available"
        and answer["Engine"] == database.engine
        and answer["EngineVersion"].startswith(database.version)
    )
    why = f"{status}, {running}; blueprint: {database.engine} {database.version}"
    is_replica = bool(outputs.get("replicateSourceDb"))
    about = "finish" if is_replica else "data"
    yield Check(about, f"{_name(resource)} is available", OK if good else NOT_YET, why)
    if is_replica:
        yield _lag(asked, resource)


def _lag(asked: Asked, resource: Mapping[str, Any]) -> Check:
    identifier = resource["outputs"]["identifier"]
    lags = asked.metric("AWS/RDS", "ReplicaLag", ("DBInstanceIdentifier", identifier), "Maximum")
    limit = asked.architecture.database.replicas
    what = f"{_name(resource)} follows the primary"
    if not lags or limit is None:
        return asked.unmeasured_check("finish", what)
    return Check("finish", what, OK if max(lags) <= limit.max_lag else NOT_YET, f"{max(lags):g} s behind at most")


def _targets(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    fleet, promotion = asked.architecture.fleet, asked.architecture.promotion
    servers, what = fleet.servers_min if fleet else 1, "the fleet answers the balancer"
    if promotion and promotion.holds("data"):
        yield Check("traffic", what, NOT_YET, "its servers start when the data has moved")
        return
    answer = asked.client("elbv2").describe_target_health(TargetGroupArn=resource["outputs"]["arn"])
    states = [target["TargetHealth"]["State"] for target in answer["TargetHealthDescriptions"]]
    healthy = states.count("healthy")
    why = f"{healthy} of {len(states)} healthy, {servers} needed"
    if asked.endpoint:
        yield Check("traffic", what, UNKNOWN, f"{why}; but no server runs on the local cloud")
    else:
        yield Check("traffic", what, OK if healthy >= servers else NOT_YET, why)


def _certificate(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    arn = resource["outputs"]["arn"]
    answer = asked.client("acm", arn.split(":")[3]).describe_certificate(CertificateArn=arn)["Certificate"]
    issued = answer["Status"] == "ISSUED"
    yield Check("traffic", f"{_name(resource)} is issued", OK if issued else NOT_YET, answer["Status"].lower())


def _distribution(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    answer = asked.client("cloudfront", "us-east-1").get_distribution(Id=resource["id"])["Distribution"]
    deployed = answer["Status"] == "Deployed"
    yield Check("traffic", "the CDN is deployed everywhere", OK if deployed else NOT_YET, answer["Status"].lower())


def _record(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    """The share of the later entrance, as Route 53 gives it; asked once, of its own record."""
    outputs, promotion = resource["outputs"], asked.architecture.promotion
    if (
        promotion is None
        or outputs.get("setIdentifier") != "following"
        or outputs.get("name") != asked.architecture.domain
    ):
        return
    answer = asked.client("route53").list_resource_record_sets(
        HostedZoneId=outputs["zoneId"], StartRecordName=outputs["name"], StartRecordType=outputs["type"]
    )["ResourceRecordSets"]
    weights = {
        one["SetIdentifier"]: one.get("Weight", 0)
        for one in answer
        if one["Type"] == outputs["type"] and one["Name"].rstrip(".") == outputs["name"].rstrip(".")
    }
    share = round(100 * weights.get("following", 0) / (sum(weights.values()) or 1))
    agreed = share == promotion.moved_traffic
    why = f"{share}% of the answers, {promotion.moved_traffic}% said"
    yield Check("finish", f"{outputs['name']} names the later entrance", OK if agreed else NOT_YET, why)


def _server(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    """The old part of a promotion to a fleet. What still comes in on the old address shows as traffic."""
    promotion = asked.architecture.promotion
    if promotion is None or "traffic" not in promotion.moves:
        return
    what = f"no traffic comes to {_name(resource)} any more"
    if promotion.holds("traffic"):
        yield Check("finish", what, NOT_YET, f"{promotion.moved_traffic}% of the traffic has moved")
        return
    came = asked.metric("AWS/EC2", "NetworkIn", ("InstanceId", resource["id"]), "Sum")
    if not came:
        yield asked.unmeasured_check("finish", what)
        return
    why = f"at most {max(came) / 1024:.0f} KiB a minute came in, in {MINUTES} minutes; below {QUIET // 1024} is idle"
    yield Check("finish", what, OK if max(came) < QUIET else NOT_YET, why)


def _container(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    """The old part of a promotion to a managed database."""
    promotion = asked.architecture.promotion
    if promotion is None or "data" not in promotion.moves:
        return
    what = "no client is connected to the database on the server"
    if promotion.holds("data"):
        yield Check("finish", what, NOT_YET, "the data has not moved")
        return
    why = "only the server itself can tell; the application's settings name the managed one"
    yield Check("finish", what, UNKNOWN, why)


def _fleet(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    name = resource["outputs"]["name"]
    answer = asked.client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=name, MaxRecords=1)
    last = next(iter(answer["InstanceRefreshes"]), None)
    under_way = last is not None and last["Status"] in ("Pending", "InProgress", "Cancelling", "RollbackInProgress")
    why = f"{last['Status']}, {last.get('PercentageComplete', 0)} %" if last else "nothing was replaced"
    yield Check("finish", f"the rollout of {_name(resource)} has ended", NOT_YET if under_way else OK, why)


def _clients_of_the_balancer(asked: Asked, resource: Mapping[str, Any]) -> Iterator[Check]:
    """The old entrance of a promotion to a CDN, which itself comes in through it: no number tells the two apart."""
    promotion = asked.architecture.promotion
    if promotion is None or "cdn" not in promotion.arriving or "balancer" in promotion.arriving:
        return
    why = "the CDN comes in here too; the access logs name clients that are not CloudFront's"
    yield Check("finish", "no client uses the balancer's own name", UNKNOWN, why)


def _name(resource: Mapping[str, Any]) -> str:
    return resource["urn"].rsplit("::", 1)[-1]


_QUESTIONS: dict[str, tuple[Callable[[Asked, Mapping[str, Any]], Iterator[Check]], ...]] = {
    "aws:rds/instance:Instance": (_database,),
    "aws:lb/targetGroup:TargetGroup": (_targets,),
    "aws:lb/loadBalancer:LoadBalancer": (_clients_of_the_balancer,),
    "aws:acm/certificate:Certificate": (_certificate,),
    "aws:cloudfront/distribution:Distribution": (_distribution,),
    "aws:route53/record:Record": (_record,),
    "aws:ec2/instance:Instance": (_server, _container),
    "aws:autoscaling/group:Group": (_fleet,),
}
