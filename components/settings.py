"""Settings: how the application gets its settings and secrets, the same way in every stage."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.component import Component
from tenfold.components.parts.kept_secret import replicas
from tenfold.components.parts.names import secret_value_name, slug
from tenfold.components.parts.order import after
from tenfold.components.parts.policies import Statement, allow
from tenfold.components.plans import contract

# Marks the secrets of one application and environment. All environments of an account share the names' beginning.
OWNER_TAG = "tenfold:settings"


class SecretsOfArgs(TypedDict):
    name: str
    """Name of that Settings, which the names of its secrets begin with. Change: in place."""
    arns: dict[str, pulumi.Input[str]]
    """The ARN of each secret in this region, by key. Change: in place."""


class SettingsArgs(TypedDict):
    application: str
    """The blueprint's name, first part of the path. Change: replaces every parameter."""
    environment: str
    """Second part of the path. Change: replaces every parameter."""
    values: dict[str, pulumi.Input[str]]
    """Settings by key (`LOG_LEVEL`), up to 4 KB, one line, not empty. Not secret: whoever may read parameters may read
    them. Change: in place."""
    secrets: NotRequired[list[str]]
    """Keys of the application's secrets. Each gets an empty secret, filled by its owner. Default: none. Change: taking
    one out deletes the secret."""
    secret_values: NotRequired[dict[str, pulumi.Input[str]]]
    """Values of `secrets`, by key, each a secret of the program. Default: none; whoever owns a secret fills it. Change:
    another version becomes the current one; taken out, the last one stays."""
    host_secrets: NotRequired[list[str]]
    """Settings whose value is the ARN of an empty secret that the hosts fill by themselves: `DATABASE_SECRET_ARN` at
    stage 1. Default: none. Change: taking one out deletes the secret."""
    former_host_secrets: NotRequired[list[str]]
    """Host secrets that stay though no setting names them any more: the way back from a promotion, or its leftover.
    Default: none. Change: in place."""
    secret_copies: NotRequired[dict[str, pulumi.Input[str]]]
    """Other regions that have the same secrets, each with the ARN of a key there. Default: none. Change: adds and
    removes copies."""
    secrets_of: NotRequired[SecretsOfArgs]
    """Settings of another region, of whose `secrets` this region has copies to use. Default: secrets of its own.
    Change: in place; those of its own go."""
    kms_key_arn: pulumi.Input[str]
    """Encrypts the secrets. Change: in place; a secret when it is next written."""
    throwaway: NotRequired[bool]
    """No protection of the secrets; deleted at once instead of after 30 days. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class Settings(Component[SettingsArgs]):
    """Parameters `/<application>/<environment>/settings/<KEY>`, secrets in Secrets Manager.

    `/<application>/<environment>/secrets/<KEY>` holds the ARN of a secret, never its value, so that hosts (which read
    everything below the path) find it. In the state is the value of no secret but those of `secret_values`, encrypted.
    Raises ValueError for a key that is not a valid name of an environment variable, is given twice, or belongs to the
    hosts.
    """

    path: pulumi.Output[str]
    """Path in Parameter Store below which the settings are."""
    parameters_arns: pulumi.Output[list[str]]
    """ARNs of its path and of all below it, for policies."""
    secret_arns: pulumi.Output[dict[str, str]]
    """ARN of each secret, by its name."""
    host_secret_arns: pulumi.Output[dict[str, str]]
    """ARN of each secret that hosts read when they start, by its name."""
    secrets_arn: pulumi.Output[str]
    """The application's secrets as a pattern, for `secrets_statement`."""

    def __init__(self, name: str, args: SettingsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        secrets = args.get("secrets", [])
        contract.check(args["application"], dict(args["values"]), secrets, args.get("host_secrets", []))
        path = settings_path(args["application"], args["environment"])
        own = {key: self._secret("host-secret", key) for key in sorted(args.get("host_secrets", []))}
        former = {key: self._secret("host-secret", key) for key in sorted(args.get("former_host_secrets", []))}
        values = sorted({**args["values"], **own}.items())
        parameters = [self._parameter("setting", f"{path}/settings", key, value) for key, value in values]
        others = args.get("secrets_of")
        arns = others["arns"] if others else {key: self._secret("secret", key) for key in sorted(secrets)}
        parameters += [self._parameter("reference", f"{path}/secrets", key, arn) for key, arn in arns.items()]

        invoke = self._call()
        account = aws.get_caller_identity(opts=invoke).account_id
        region, partition = aws.get_region(opts=invoke).region, aws.get_partition(opts=invoke).partition
        below = f"arn:{partition}:ssm:{region}:{account}:parameter{path}"

        self.path = after(path, *parameters)  # a host reads what is below it when it starts
        self.parameters_arns = pulumi.Output.from_input([below, f"{below}/*"])
        self.secret_arns = pulumi.Output.all(**arns) if arns else pulumi.Output.from_input({})
        filled = own | former
        secrets_arn = (
            f"arn:{partition}:secretsmanager:{region}:{account}:secret:{others['name'] if others else name}-secret-*"
        )
        self.secrets_arn = self.secret_arns.apply(lambda _: secrets_arn)  # a role counts on the tag of each of them
        self.host_secret_arns = pulumi.Output.all(**filled) if filled else pulumi.Output.from_input({})
        self._register()

    def _parameter(self, kind: str, path: str, key: str, value: pulumi.Input[str]) -> aws.ssm.Parameter:
        child = f"{self._logical}-{kind}-{slug(key)}"
        return aws.ssm.Parameter(
            child,
            name=f"{path}/{key}",
            type="String",
            tier="Standard",  # free; up to 4 KB a value and 10,000 parameters an account and region
            value=value,
            tags=self._tags(child),
            opts=self._child(),
        )

    def _secret(self, kind: str, key: str) -> pulumi.Output[str]:
        child = f"{self._logical}-{kind}-{slug(key.removesuffix('_SECRET_ARN'))}"
        throwaway = self._inputs.get("throwaway", False)
        owner = {OWNER_TAG: settings_path(self._inputs["application"], self._inputs["environment"])}
        secret = aws.secretsmanager.Secret(
            child,
            description=f"{key} of {self._inputs['application']} in {self._inputs['environment']}",
            kms_key_id=self._inputs["kms_key_arn"],
            recovery_window_in_days=0 if throwaway else 30,  # days in which a deleted secret can be restored
            replicas=replicas(self._inputs.get("secret_copies")),
            tags=self._tags(child) | (owner if kind == "secret" else {}),
            opts=self._child(protect=self._keeps),
        )
        if kind == "secret" and (value := self._inputs.get("secret_values", {}).get(key)) is not None:
            text = pulumi.Output.secret(value)
            version = secret_value_name(self._logical, key)
            aws.secretsmanager.SecretVersion(version, secret_id=secret.id, secret_string=text, opts=self._child())
        return secret.arn


def secrets_statement(secrets_arn: pulumi.Input[str], path: pulumi.Input[str]) -> Statement:
    """Lets a host read the application's secrets of this path, however many.

    By name and tag, for the ARNs of 80 secrets fill what a role may hold in inline policies, 10,240 characters (IAM
    User Guide, "IAM and STS quotas").
    """
    own = {"StringEquals": {f"aws:ResourceTag/{OWNER_TAG}": path}}
    return allow("ReadApplicationSecrets", ["secretsmanager:GetSecretValue"], secrets_arn, own)


def settings_path(application: str, environment: str) -> str:
    """Where everything an application's hosts read begins: settings/, secrets/ and release/ are below it."""
    return f"/{application}/{environment}"
