"""What must exist before what, though no input says so: rules as data, held over the transitive dependencies.

A rule's way is read from left to right, beginning with the resource that comes later. `.key` goes to what its input
`key` takes a value from, `<type.key` to the resources of that type whose input `key` takes a value from where we are;
a bare type goes to all of that type, where a stack has one network and so one gateway. Destroying goes the other way
round: an internet gateway is freed only when no address is in use any more.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tenfold.blueprints.architecture import Architecture
from tenfold.graph import Graph, Resource
from tests.stacks.values import mentioned, of_type, role


class Rule(NamedTuple):
    later: str
    way: str
    because: str
    when: tuple[str, object] | None = None  # an input of the later one, and its value


ROUTING = "<ec2/routeTableAssociation:RouteTableAssociation.subnetId"
INTERNET = "ec2/internetGateway:InternetGateway"
STORAGE = "routeTableId <ec2/vpcEndpoint:VpcEndpoint.routeTableIds"
OUT = "<vpc/securityGroupEgressRule:SecurityGroupEgressRule.securityGroupId"
REACHED = "<vpc/securityGroupIngressRule:SecurityGroupIngressRule.referencedSecurityGroupId"
ENTERED = "<vpc/securityGroupIngressRule:SecurityGroupIngressRule.securityGroupId"
MAY = ("<iam/rolePolicy:RolePolicy.role", "<iam/rolePolicyAttachment:RolePolicyAttachment.role")
HOSTS = (
    ("ec2/instance:Instance", ".subnetId", ".vpcSecurityGroupIds", ".iamInstanceProfile"),
    ("autoscaling/group:Group", ".vpcZoneIdentifiers", ".launchTemplate .networkInterfaces",
     ".launchTemplate .iamInstanceProfile"),
)  # fmt: skip
BOOTS = "a server installs packages and reads its settings once, when it first starts"
PUBLIC = (
    "AWS refuses a public address in a network without an internet gateway, and keeps the gateway while one is used"
)
SHARED = "S3 refuses changes of a bucket's access at the same time (OperationAborted), and a policy while it is closed"
DELIVERED = "an event that comes at once is lost, where the queue does not let EventBridge send"
ROLE = "a service is refused a role that may not yet, or fails with it until somebody looks"

RULES = (
    Rule("ec2/natGateway:NatGateway", INTERNET, PUBLIC),
    Rule("ec2/natGateway:NatGateway", f".subnetId {ROUTING} .routeTableId <ec2/route:Route.routeTableId", PUBLIC),
    Rule("ec2/eipAssociation:EipAssociation", INTERNET, PUBLIC),
    Rule("lb/loadBalancer:LoadBalancer", INTERNET, PUBLIC, ("internal", False)),
    Rule("lb/loadBalancer:LoadBalancer", f".subnets {ROUTING} .routeTableId <ec2/route:Route.routeTableId", PUBLIC),
    Rule("lb/loadBalancer:LoadBalancer", f".securityGroups {ENTERED}", "nobody gets in"),
    Rule("lb/loadBalancer:LoadBalancer", f".securityGroups {OUT}", "no server is found healthy"),
    *(
        Rule(host, way, BOOTS)
        for host, subnets, groups, profile in HOSTS
        for way in (
            f"{subnets} {ROUTING}",
            f"{subnets} {ROUTING} .routeTableId <ec2/route:Route.routeTableId",
            f"{subnets} {ROUTING} .{STORAGE}",
            f"{groups} {OUT}",
            f"{groups} {REACHED}",
            f"{profile} .role {MAY[0]}",
            "ssm/parameter:Parameter",
        )
    ),
    Rule("autoscaling/group:Group", ".vpcZoneIdentifiers <ec2/vpcEndpoint:VpcEndpoint.subnetIds", BOOTS),
    Rule("autoscaling/group:Group", f".vpcZoneIdentifiers <ec2/vpcEndpoint:VpcEndpoint.subnetIds .securityGroupIds "
         f"{ENTERED}", BOOTS),
    Rule("autoscaling/group:Group", f".launchTemplate .networkInterfaces {ENTERED}", "no server is found healthy"),
    Rule("autoscaling/group:Group", ".targetGroupArns <lb/listener:Listener.defaultActions", "a server is healthy only "
         "in a group that a balancer sends requests to"),
    Rule("autoscaling/policy:Policy", ".autoscalingGroupName .targetGroupArns <lb/listenerRule:ListenerRule.actions",
         "AWS refuses to count the requests of a group that no balancer sends any to"),
    Rule("autoscaling/group:Group", "rds/proxyTarget:ProxyTarget", "the application connects when it starts"),
    Rule("autoscaling/group:Group", "secretsmanager/secretVersion:SecretVersion", "the application logs in when it "
         "starts"),
    Rule("rds/proxy:Proxy", ".auths <secretsmanager/secretVersion:SecretVersion.secretId", "a proxy logs in itself"),
    Rule("rds/proxyTarget:ProxyTarget", f".dbProxyName .vpcSecurityGroupIds {OUT}", "a target is tried at once"),
    Rule("sns/topicSubscription:TopicSubscription", ".endpoint <sqs/queuePolicy:QueuePolicy.queueUrl", DELIVERED),
    Rule("sns/topicSubscription:TopicSubscription", ".redrivePolicy <sqs/queuePolicy:QueuePolicy.queueUrl", DELIVERED),
    Rule("cloudwatch/eventTarget:EventTarget", ".arn <sqs/queuePolicy:QueuePolicy.queueUrl", DELIVERED),
    Rule("cloudwatch/eventTarget:EventTarget", ".deadLetterConfig <sqs/queuePolicy:QueuePolicy.queueUrl", DELIVERED),
    Rule("cloudwatch/eventBus:EventBus", ".deadLetterConfig <sqs/queuePolicy:QueuePolicy.queueUrl", DELIVERED),
    Rule("s3/bucketOwnershipControls:BucketOwnershipControls",
         ".bucket <s3/bucketPublicAccessBlock:BucketPublicAccessBlock.bucket", SHARED),
    *(
        Rule("s3/bucketPolicy:BucketPolicy", f".bucket <s3/{kind}.bucket", SHARED)
        for kind in (
            "bucketPublicAccessBlock:BucketPublicAccessBlock",
            "bucketOwnershipControls:BucketOwnershipControls",
        )
    ),
    Rule("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
         ".bucket <s3/bucketVersioning:BucketVersioning.bucket", "a rule about versions needs them"),
    Rule("cloudfront/distribution:Distribution",
         ".loggingConfig <s3/bucketOwnershipControls:BucketOwnershipControls.bucket",
         "CloudFront refuses a log bucket whose ACL does not count"),
    Rule("cloudfront/distribution:Distribution", ".viewerCertificate "
         "<acm/certificateValidation:CertificateValidation.certificateArn", "a certificate is taken when it is proved"),
    Rule("lb/listener:Listener", ".certificateArn "
         "<acm/certificateValidation:CertificateValidation.certificateArn", "a certificate is taken when it is proved"),
    Rule("lb/loadBalancer:LoadBalancer", ".accessLogs <s3/bucketPolicy:BucketPolicy.bucket", "AWS tries to "
         "write a log when logging is turned on"),
    *(
        Rule(later, f".{key} {may}", ROLE)
        for later, key, may in (
            ("ec2/flowLog:FlowLog", "iamRoleArn", MAY[0]),
            ("dlm/lifecyclePolicy:LifecyclePolicy", "executionRoleArn", MAY[0]),
            ("rds/instance:Instance", "monitoringRoleArn", MAY[1]),
            ("rds/proxy:Proxy", "roleArn", MAY[0]),
        )
    ),
    *(
        Rule(later, f".{key} <sns/topicPolicy:TopicPolicy.arn", "what is told too early is lost, or refused")
        for later, key in (
            ("budgets/budget:Budget", "notifications"),
            ("cloudwatch/metricAlarm:MetricAlarm", "alarmActions"),
            ("autoscaling/notification:Notification", "topicArn"),
        )
    ),
)  # fmt: skip


def order(graph: Graph, _: Architecture) -> Iterator[str]:
    """Nothing is made before what AWS needs for it."""
    known = before(graph)
    for rule, resource, earlier in demanded(graph):
        if earlier not in known[resource.urn]:
            yield f"{resource.name} does not wait for {graph.resources[earlier].name}: {rule.because}"


def log_groups(graph: Graph, _: Architecture) -> Iterator[str]:
    """RDS would make the group of a log itself, without encryption and without an end. It is found by its name."""
    known = before(graph)
    for database in of_type(graph, "rds/instance:Instance"):
        own = f"/aws/rds/instance/{database.inputs['identifier']}/"
        groups = [
            g for g in of_type(graph, "cloudwatch/logGroup:LogGroup") if str(g.inputs.get("name")).startswith(own)
        ]
        if not groups:
            yield f"{database.name} has no log groups"
        for group in groups:
            if group.urn not in known[database.urn]:
                yield f"{database.name} does not wait for {group.name}"


def copies(graph: Graph, _: Architecture) -> Iterator[str]:
    """Destroyed, a copy goes before what it copies. A source that went first would make databases of its replicas in
    the same region (RDS User Guide, "Deleting a DB instance"); KMS keeps a primary key as long as it has replicas."""
    known = before(graph)
    for copy, source in find_copies(graph):
        if source.urn not in known[copy.urn]:
            yield f"{copy.name} does not wait for {source.name}"


def find_copies(graph: Graph) -> Iterator[tuple[Resource, Resource]]:
    """(copy, source). Databases of a region know each other by identifier, which is text; of another one by ARN."""
    databases = of_type(graph, "rds/instance:Instance")
    for copy in databases:
        said = copy.inputs.get("replicateSourceDb")
        yield from (
            (copy, one)
            for one in databases
            if said and (said == one.inputs["identifier"] or one.urn in mentioned(said))
        )
    for copy in of_type(graph, "kms/replicaKey:ReplicaKey"):
        yield from ((copy, graph.resources[urn]) for urn in mentioned(copy.inputs["primaryKeyArn"]))


def demanded(graph: Graph) -> Iterator[tuple[Rule, Resource, str]]:
    """(rule, what comes later, URN of what comes first)"""
    for rule in RULES:
        for resource in of_type(graph, rule.later):
            if rule.when is None or resource.inputs.get(rule.when[0]) == rule.when[1]:
                for earlier in _reached(graph, resource.urn, rule.way):
                    if earlier != resource.urn and not _for_others(resource, graph.resources[earlier]):
                        yield rule, resource, earlier


def _for_others(later: Resource, earlier: Resource) -> bool:
    """The key that the balancer asks the CDN for is nothing to servers that no balancer sends requests to. And servers
    of a service read settings, and log in, as that service does; the application's as the application."""
    if earlier.type.removeprefix("aws:") in OWN and _service(later) != _service(earlier):
        return True
    return earlier.name.endswith("-origin-key-value") and "targetGroupArns" not in later.inputs


OWN = (
    "ssm/parameter:Parameter",
    "secretsmanager/secretVersion:SecretVersion",
    "rds/proxyTarget:ProxyTarget",
    "lb/listenerRule:ListenerRule",  # that of a service may name the application's group, for the rest of its requests
)


def _service(resource: Resource) -> str:
    """`shop-service-search` for what belongs to that service; empty for the application's."""
    return resource.component.rpartition("-")[0] if "-service-" in resource.component else ""


def _reached(graph: Graph, start: str, way: str) -> set[str]:
    at = {start}
    for step in way.split():
        if step.startswith("."):
            at = {urn for here in at for urn in mentioned(graph.resources[here].inputs.get(step[1:]))}
        elif step.startswith("<"):
            kind, _, key = step[1:].rpartition(".")
            at = {found.urn for found in of_type(graph, kind) if at & mentioned(found.inputs.get(key))}
        else:
            here = role(graph.resources[start])  # where a stack has one network a region, and so one gateway
            at = {found.urn for found in of_type(graph, step) if role(found) == here}
    return at


def inputs_say(resource: Resource) -> set[str]:
    """What it waits for because one of its values comes from there."""
    return mentioned(dict(resource.inputs))


def before(graph: Graph) -> dict[str, frozenset[str]]:
    """URN: all that exists before it. Resources are registered after what they depend on."""
    known: dict[str, frozenset[str]] = {}
    for resource in graph:
        direct = set(resource.dependencies)
        known[resource.urn] = frozenset(direct.union(*(known[urn] for urn in direct)))
    return known


CHECKS = (order, log_groups, copies)
