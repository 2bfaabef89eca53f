"""Properties of who may reach what: nothing public but the entry, and no right that is wider than its use."""

from collections.abc import Iterator
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.components.parts import cluster_roles, policies
from tenfold.graph import Graph
from tests.stacks.values import leaves, many, mentioned, of_type, role, statements, without_role

ANYWHERE = ("0.0.0.0/0", "::/0")
WEB = {("tcp", 80, 80), ("tcp", 443, 443)}

# Actions for which AWS has no narrower resource. Source: Service Authorization Reference, "Actions defined by …",
# where the column of resource types is empty.
WITHOUT_RESOURCE = frozenset(
    {
        "cloudwatch:PutMetricData",
        "ec2:DescribeInstances",
        "ec2:DescribeSnapshots",
        "ec2:DescribeTags",
        "ec2:DescribeVolumes",
        "ecr:GetAuthorizationToken",
        *policies.session_manager()["Action"],  # "*" in AWS's own example for it
    }
)
# AWS's own policies that may be attached: each is the documented way to let that service work.
MANAGED = {
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup": "backups by AWS Backup alone",
    "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole": "enhanced monitoring of RDS",
    **{
        f"arn:aws:iam::aws:policy/{policy}": "the control plane and the machines of a cluster"
        for policy in (
            *cluster_roles.CLUSTER_POLICIES,
            *cluster_roles.AUTO_POLICIES,
            *cluster_roles.AUTO_NODE_POLICIES,
            *cluster_roles.GROUP_NODE_POLICIES,
        )
    },
}


def nothing_public_but_the_entry(graph: Graph, wanted: Architecture) -> Iterator[str]:
    for subnet in of_type(graph, "ec2/subnet:Subnet"):
        if subnet.inputs.get("mapPublicIpOnLaunch"):
            yield f"{subnet.name} gives everything in it a public address"
    for instance in of_type(graph, "ec2/instance:Instance"):
        if instance.component != f"{wanted.name}-server":
            yield f"{instance.name}: an instance besides the server and the fleet"
    for template in of_type(graph, "ec2/launchTemplate:LaunchTemplate"):
        interfaces = template.inputs.get("networkInterfaces") or [{}]
        assert isinstance(interfaces, list)
        if any(interface.get("associatePublicIpAddress") != "false" for interface in interfaces):
            yield f"{template.name}: its servers may get public addresses"
    for database in of_type(graph, "rds/instance:Instance"):
        if database.inputs.get("publiclyAccessible") is not False:
            yield f"{database.name} is public"
    for address in of_type(graph, "ec2/eip:Eip"):
        if without_role(address.component) not in (f"{wanted.name}-server", f"{wanted.name}-network"):
            yield f"{address.name}: a public address of {address.component}"
    for balancer in of_type(graph, "lb/loadBalancer:LoadBalancer"):
        if without_role(balancer.component) != f"{wanted.name}-balancer":
            yield f"{balancer.name}: a second entry"


def only_the_entry_is_in_public_subnets(graph: Graph, wanted: Architecture) -> Iterator[str]:
    """A subnet is public when its route table leads to the internet gateway."""
    public = _subnets_routed(graph, "gatewayId")
    allowed = {f"{wanted.name}-{tier}" for tier in ("network", "server", "balancer")}
    for resource in graph:
        if resource.custom and without_role(resource.component) not in allowed and mentioned(resource.inputs) & public:
            yield f"{resource.name} is in a public subnet"


def nothing_that_keeps_data_has_a_way_out(graph: Graph, _: Architecture) -> Iterator[str]:
    out = _subnets_routed(graph, "gatewayId") | _subnets_routed(graph, "natGatewayId")
    placed = ("rds/subnetGroup:SubnetGroup", "elasticache/subnetGroup:SubnetGroup", "opensearch/domain:Domain")
    for group in of_type(graph, *placed):
        if mentioned(group.inputs) & out:
            yield f"{group.name}: its subnets have a route to the internet"


def _subnets_routed(graph: Graph, by: str) -> set[str]:
    tables = {
        table
        for route in of_type(graph, "ec2/route:Route")
        if route.inputs.get("destinationCidrBlock") in ANYWHERE and route.inputs.get(by)
        for table in mentioned(route.inputs["routeTableId"])
    }
    return {
        subnet
        for association in of_type(graph, "ec2/routeTableAssociation:RouteTableAssociation")
        if mentioned(association.inputs["routeTableId"]) & tables
        for subnet in mentioned(association.inputs["subnetId"])
    }


def buckets_are_closed(graph: Graph, _: Architecture) -> Iterator[str]:
    closed = set()
    for block in of_type(graph, "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"):
        switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        if all(block.inputs.get(switch) is True for switch in switches):
            closed |= mentioned(block.inputs["bucket"])
    for bucket in of_type(graph, "s3/bucket:Bucket"):
        if bucket.urn not in closed:
            yield f"{bucket.name} may be made public"


# What has an address of AWS's own, where plain HTTP is answered unless a policy refuses it: its type, its policy's
# type, and by which input the policy names it.
PLAIN_TEXT = (
    ("s3/bucket:Bucket", "s3/bucketPolicy:BucketPolicy", "bucket"),
    ("sns/topic:Topic", "sns/topicPolicy:TopicPolicy", "arn"),
    ("sqs/queue:Queue", "sqs/queuePolicy:QueuePolicy", "queueUrl"),
)


def nobody_comes_without_tls(graph: Graph, _: Architecture) -> Iterator[str]:
    for kind, policy_kind, named_by in PLAIN_TEXT:
        closed = {
            urn
            for policy in of_type(graph, policy_kind)
            if any(_refuses_plain_text(statement) for statement in statements(policy))
            for urn in mentioned(policy.inputs[named_by])
        }
        yield from (f"{one.name} answers without TLS" for one in of_type(graph, kind) if one.urn not in closed)
    for domain in of_type(graph, "opensearch/domain:Domain"):
        options = domain.inputs.get("domainEndpointOptions")
        if not isinstance(options, dict) or options.get("enforceHttps") is not True:
            yield f"{domain.name} answers without TLS"


def _refuses_plain_text(statement: dict[str, Any]) -> bool:
    refused = {"Bool": {"aws:SecureTransport": "false"}}
    return (statement["Effect"], statement["Principal"], statement.get("Condition")) == ("Deny", "*", refused)


def only_web_ports_are_open_to_the_world(graph: Graph, _: Architecture) -> Iterator[str]:
    for group in of_type(graph, "ec2/securityGroup:SecurityGroup", "ec2/defaultSecurityGroup:DefaultSecurityGroup"):
        if group.inputs.get("ingress") or group.inputs.get("egress"):
            yield f"{group.name}: rules inside the group; they are resources of their own"
    for rule in of_type(graph, "vpc/securityGroupIngressRule:SecurityGroupIngressRule"):
        given = rule.inputs
        if given.get("cidrIpv4") not in ANYWHERE and given.get("cidrIpv6") not in ANYWHERE:
            continue
        if given["ipProtocol"] not in ("tcp", "udp") or (given["fromPort"], given["toPort"]) not in (
            (80, 80),
            (443, 443),
        ):
            yield f"{rule.name}: {given['ipProtocol']} {given.get('fromPort')}-{given.get('toPort')} from anywhere"


def every_rule_says_what_it_is_for(graph: Graph, _: Architecture) -> Iterator[str]:
    """Who looks at a group in the console sees why something may pass."""
    kinds = ("SecurityGroupIngressRule", "SecurityGroupEgressRule")
    for rule in of_type(graph, *(f"vpc/{kind[0].lower()}{kind[1:]}:{kind}" for kind in kinds)):
        if not rule.inputs.get("description"):
            yield f"{rule.name} has no description"


def no_right_is_wider_than_its_use(graph: Graph, _: Architecture) -> Iterator[str]:
    for resource in graph:
        for statement in statements(resource):
            yield from too_wide(resource.name, statement)
    for attachment in of_type(graph, "iam/rolePolicyAttachment:RolePolicyAttachment"):
        if attachment.inputs["policyArn"] not in MANAGED:
            yield f"{attachment.name}: {attachment.inputs['policyArn']}"


def too_wide(name: str, statement: dict[str, Any]) -> Iterator[str]:
    """What is wider than need be in one statement of a policy."""
    if statement["Effect"] != "Allow":
        return
    actions, resources = many(statement.get("Action")), many(statement.get("Resource"))
    yield from (f"{name}: {part} in a permission" for part in ("NotAction", "NotResource") if part in statement)
    yield from (f"{name}: wildcard in the action {action}" for action in actions if "*" in action)
    own = "Principal" in statement  # in a policy of a resource, `*` is that resource
    if "*" in resources and not own and not set(actions) <= WITHOUT_RESOURCE:
        yield f"{name}: any resource for {sorted(set(actions) - WITHOUT_RESOURCE)}"
    principal = statement.get("Principal")
    everybody = "*" in many(principal) or (isinstance(principal, dict) and "*" in many(principal.get("AWS")))
    if everybody and not _WITHIN & set(statement.get("Condition", {}).get("StringEquals", {})):
        yield f"{name}: everybody may {actions}"


_WITHIN = {"kms:CallerAccount", "aws:PrincipalAccount", "aws:SourceAccount"}  # conditions: nobody of another account


def roles_are_for_services_only(graph: Graph, _: Architecture) -> Iterator[str]:
    for one in of_type(graph, "iam/role:Role"):
        for statement in statements(one):
            if set(statement["Principal"]) != {"Service"}:
                yield f"{one.name} may be taken by {statement['Principal']}"


# What a service asks KMS for in the name of whoever calls it, where what it keeps is encrypted with a key of ours.
# Sources: S3 User Guide, "Using server-side encryption with AWS KMS keys" (parts of an upload are read again); DynamoDB
# Developer Guide, "DynamoDB encryption at rest: usage notes"; Secrets Manager User Guide, "Secret encryption"; SNS
# Developer Guide, "Key management".
ASKS_KMS = {
    "dynamodb:GetItem": {"kms:Decrypt"},
    "s3:GetObject": {"kms:Decrypt"},
    "s3:PutObject": {"kms:Decrypt", "kms:GenerateDataKey"},
    "secretsmanager:GetSecretValue": {"kms:Decrypt"},
    "sns:Publish": {"kms:Decrypt", "kms:GenerateDataKey"},
    "ssm:GetParametersByPath": {"kms:Decrypt"},
}


def who_uses_what_is_encrypted_may_use_the_key(graph: Graph, _: Architecture) -> Iterator[str]:
    for urn, allowed in _rights(graph).items():
        for action in sorted(allowed & set(ASKS_KMS)):
            if missing := ASKS_KMS[action] - allowed:
                yield f"{graph.resources[urn].name} may {action}, but not {sorted(missing)}"


# What EKS asks the role of a cluster in Auto Mode for, beyond AWS's own policies, by field of the NodeClass (EKS User
# Guide, "Amazon EKS Auto Mode cluster IAM role", "Enable EBS Volume Encryption with Customer Managed KMS Keys").
NODE_CLASS_ASKS = {
    "tags": {"ec2:CreateFleet", "ec2:CreateLaunchTemplate", "ec2:RunInstances"},
    "ephemeralStorage.kmsKeyID": {"kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"},
}


def clusters_may_make_their_machines(graph: Graph, _: Architecture) -> Iterator[str]:
    rights = _rights(graph)
    control = {role(one): mentioned(one.inputs["roleArn"]) for one in of_type(graph, "eks/cluster:Cluster")}
    for machines in (resource for resource in graph if resource.type.endswith(":NodeClass")):
        allowed = set().union(*(rights.get(urn, set()) for urn in control[role(machines)]))
        paths = [path for path, _ in leaves(machines.inputs["spec"])]
        for field, needed in NODE_CLASS_ASKS.items():
            if needed - allowed and any(path.startswith(field) for path in paths):
                yield f"{machines.name}: {field}, and the cluster's role may not {sorted(needed - allowed)}"


def _rights(graph: Graph) -> dict[str, set[str]]:
    """Role (its URN) -> the actions that policies of its own allow."""
    rights: dict[str, set[str]] = {}
    for policy in of_type(graph, "iam/rolePolicy:RolePolicy"):
        for role_urn in mentioned(policy.inputs["role"]):
            allowed = (many(s["Action"]) for s in statements(policy) if s["Effect"] == "Allow")
            rights.setdefault(role_urn, set()).update(*allowed)
    return rights


CHECKS = (
    nothing_public_but_the_entry,
    only_the_entry_is_in_public_subnets,
    nothing_that_keeps_data_has_a_way_out,
    buckets_are_closed,
    nobody_comes_without_tls,
    only_web_ports_are_open_to_the_world,
    every_rule_says_what_it_is_for,
    no_right_is_wider_than_its_use,
    roles_are_for_services_only,
    who_uses_what_is_encrypted_may_use_the_key,
    clusters_may_make_their_machines,
)
