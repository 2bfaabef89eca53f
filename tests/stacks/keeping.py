"""Properties of what is kept: protected, encrypted by the stack's own key, and no secret in plain text."""

import re
from collections.abc import Iterator, Mapping

from tenfold.blueprints.architecture import Architecture
from tenfold.graph import UNKNOWN, Graph, Resource
from tenfold.local.aws import schema
from tests.stacks.values import leaves, mentioned, of_type, role

KEY = "<own key>"

# Type -> what its inputs must say. A path whose block is absent counts as absent.
ENCRYPTION: dict[str, dict[str, object]] = {
    "aws:cloudwatch/eventArchive:EventArchive": {"kmsKeyIdentifier": KEY},
    "aws:cloudwatch/eventBus:EventBus": {"kmsKeyIdentifier": KEY},
    "aws:cloudwatch/logGroup:LogGroup": {"kmsKeyId": KEY},
    "aws:ebs/volume:Volume": {"encrypted": True, "kmsKeyId": KEY},
    "aws:ec2/instance:Instance": {"rootBlockDevice.encrypted": True, "rootBlockDevice.kmsKeyId": KEY},
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "blockDeviceMappings[0].ebs.encrypted": "true",
        "blockDeviceMappings[0].ebs.kmsKeyId": KEY,
    },
    "aws:backup/vault:Vault": {"kmsKeyArn": KEY},
    "aws:dynamodb/table:Table": {"serverSideEncryption.enabled": True, "serverSideEncryption.kmsKeyArn": KEY},
    "aws:opensearch/domain:Domain": {
        "encryptAtRest.enabled": True,
        "encryptAtRest.kmsKeyId": KEY,
        "nodeToNodeEncryption.enabled": True,
        "domainEndpointOptions.enforceHttps": True,
    },
    "aws:elasticache/cluster:Cluster": {"transitEncryptionEnabled": True},
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "atRestEncryptionEnabled": True,
        "kmsKeyId": KEY,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
    },
    "aws:eks/cluster:Cluster": {"encryptionConfig.provider.keyArn": KEY},
    "aws:rds/instance:Instance": {"storageEncrypted": True, "kmsKeyId": KEY},
    "aws:rds/proxy:Proxy": {"requireTls": True},
    "aws:secretsmanager/secret:Secret": {"kmsKeyId": KEY},
    "aws:sns/topic:Topic": {"kmsMasterKeyId": KEY},
    "aws:sqs/queue:Queue": {"sqsManagedSseEnabled": True},  # the own key would have to be opened to each sender
}
# Inputs about encryption that are checked elsewhere here, or need not be said.
ELSEWHERE = {
    "aws:s3/bucket:Bucket": "by a BucketServerSideEncryptionConfiguration",
    "aws:rds/instance:Instance": "performanceInsightsKmsKeyId only where insights are on",
}


def protected_unless_throwaway(graph: Graph, wanted: Architecture) -> Iterator[str]:
    signing = wanted.sessions.signing_key or 1
    rotated = {f"-tokens-key-{generation}" for generation in range(signing)}  # they go with the next rotation
    for resource in graph:
        keeps = resource.stateful or resource.name.endswith("-shards-map")  # a parameter that says where each key is
        keeps = keeps and not resource.name.endswith(tuple(rotated))
        if resource.protect != (keeps and not wanted.throwaway):
            yield f"{resource.name} is {'' if resource.protect else 'not '}protected, throwaway is {wanted.throwaway}"


def kept_by_aws_too(graph: Graph, wanted: Architecture) -> Iterator[str]:
    """What guards data when somebody deletes by another way than Pulumi."""
    keeps = not wanted.throwaway
    for database in primaries(graph):
        said = (database.inputs.get("deletionProtection", False), database.inputs.get("skipFinalSnapshot", False))
        if said != (keeps, not keeps):
            yield f"{database.name}: deletionProtection, skipFinalSnapshot = {said}"
    for database in elsewhere(graph):
        said = (database.inputs.get("deletionProtection", False), bool(database.inputs.get("backupRetentionPeriod")))
        if said != (keeps, True):
            yield f"{database.name}: deletionProtection, backups = {said}"
    for volume in of_type(graph, "ebs/volume:Volume"):
        if bool(volume.inputs.get("finalSnapshot")) != keeps:
            yield f"{volume.name}: finalSnapshot is not {keeps}"
    for bucket in of_type(graph, "s3/bucket:Bucket"):
        if bool(bucket.inputs.get("forceDestroy")) == keeps:
            yield f"{bucket.name}: forceDestroy is {keeps}"


def elsewhere(graph: Graph) -> list[Resource]:
    """Databases that follow one of another region: they may become the only one."""
    copies = [d for d in of_type(graph, "rds/instance:Instance") if d.inputs.get("replicateSourceDb")]
    return [database for database in copies if database.inputs.get("kmsKeyId")]


def primaries(graph: Graph) -> list[Resource]:
    """Databases that are no copies: a replica has the encryption of its source, and nothing of its own to keep."""
    return [d for d in of_type(graph, "rds/instance:Instance") if not d.inputs.get("replicateSourceDb")]


def encrypted(graph: Graph, wanted: Architecture) -> Iterator[str]:
    regions = {"primary": wanted.region, "standby": wanted.standby.region if wanted.standby else ""}
    keys = {key.urn for key in of_type(graph, "kms/key:Key", "kms/replicaKey:ReplicaKey")}
    for resource in graph:
        found = dict(leaves(resource.inputs))
        here = found.get("region", regions[role(resource)])
        usable = {urn for urn in keys if _region(graph.resources[urn], regions) == here}
        copy = resource.inputs.get("replicateSourceDb") and not resource.inputs.get("kmsKeyId")
        wanted_here = {} if copy else ENCRYPTION.get(resource.type, {})
        for path, value in wanted_here.items():
            said = mentioned(found.get(path)) <= usable and bool(mentioned(found.get(path)))
            if not (said if value == KEY else found.get(path) == value):
                yield f"{resource.name}: {path} is {found.get(path)!r}, not {value!r}"
    for database in of_type(graph, "rds/instance:Instance"):
        insights = database.inputs.get("performanceInsightsEnabled")
        if insights and not mentioned(database.inputs.get("performanceInsightsKmsKeyId")) & keys:
            yield f"{database.name}: performance insights are not encrypted by our key"
    for database in primaries(graph):
        if role(database) == "standby":  # after a failover: made as a copy, it has the other one's password
            continue
        managed = mentioned(database.inputs.get("masterUserSecretKmsKeyId")) & keys
        kept = {version.urn for version in of_type(graph, "secretsmanager/secretVersion:SecretVersion")}
        if not managed and not kept & set(database.property_dependencies.get("password", ())):
            yield f"{database.name}: its password is in no secret that our key encrypts"
    yield from _buckets(graph, keys)


def _region(resource: Resource, regions: Mapping[str, str]) -> object:
    return resource.inputs.get("region", regions[role(resource)])


def _buckets(graph: Graph, keys: set[str]) -> Iterator[str]:
    """By our key, but where a load balancer writes: it takes only S3's own (ELB user guide, access logs); and but what
    the edge shows to everybody, and its logs."""
    fronts = of_type(graph, "lb/loadBalancer:LoadBalancer", "cloudfront/distribution:Distribution")
    logged = {urn for front in fronts for urn in mentioned(front.inputs)}
    said = {}
    for setting in of_type(graph, "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"):
        for urn in mentioned(setting.inputs.get("bucket")):
            said[urn] = setting
    for bucket in of_type(graph, "s3/bucket:Bucket"):
        setting = said.get(bucket.urn)
        found = dict(leaves(setting.inputs)) if setting else {}
        algorithm = found.get("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm")
        by_key = mentioned(found.get("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId")) & keys
        if not (algorithm == "AES256" if bucket.urn in logged else algorithm == "aws:kms" and by_key):
            yield f"{bucket.name}: encrypted by {algorithm!r}"


def nothing_encryptable_is_unknown_here(graph: Graph, _: Architecture) -> Iterator[str]:
    """A new type with an input about encryption must be added above."""
    for type_ in {resource.type for resource in graph if resource.type.startswith("aws:")}:
        about = [name for name in schema.of(type_).inputs if re.search("kms|encrypt", name, re.IGNORECASE)]
        if about and type_ not in ENCRYPTION and type_ not in ELSEWHERE:
            yield f"{type_} has {about}: say in {__name__} what they must be"


DRAWN = "<secretsmanager:random-password>"  # what Secrets Manager answers when asked for a password
_SECRET_NAME = re.compile(r"(password|passwd|secretstring|authtoken|privatekey|accesskey|secretkey)", re.IGNORECASE)
_SECRET_TEXT = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]+:[^/\s@$]+@|ghp_\w{36}")


def no_secret_in_plain_text(graph: Graph, _: Architecture) -> Iterator[str]:
    """Values of secrets are put in by people or made by AWS; the program never holds one that it could lose."""
    for resource in graph:
        if resource.type == "aws:secretsmanager/secretVersion:SecretVersion":
            drawn = DRAWN in str(resource.inputs.get("secretString"))
            if not drawn or resource.options.get("ignoreChanges") != ["secretString"]:
                yield f"{resource.name}: the value of a secret in the program"
            continue
        for path, value in leaves(resource.inputs):
            if isinstance(value, str) and value and _is_secret(resource, path, value):
                yield f"{resource.name}: {path} looks like a secret"


def _is_secret(resource: Resource, path: str, value: str) -> bool:
    if _SECRET_TEXT.search(value):
        return True
    name = path.rpartition(".")[2]
    if resource.type == "aws:ssm/parameter:Parameter" and name == "value":
        name = str(resource.inputs["name"]).replace("_", "")
        if name.endswith("ARN"):  # of a secret, not the secret
            return not (mentioned(value) or value.startswith("arn:") or value == UNKNOWN)
    return bool(_SECRET_NAME.search(name)) and not mentioned(value)


CHECKS = (
    protected_unless_throwaway,
    kept_by_aws_too,
    encrypted,
    nothing_encryptable_is_unknown_here,
    no_secret_in_plain_text,
)
