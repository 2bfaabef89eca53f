"""CiRoles: what a pipeline at GitHub or GitLab may do in an account, without a key that could be stolen."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.plans import ci_permissions as permissions
from tenfold.components.plans.choices import check_choice

AUDIENCE = "sts.amazonaws.com"  # of a token that is meant for AWS
SESSION_SECONDS = (3600, 43200)  # CreateRole, API reference: MaxSessionDuration
SESSION_OF_A_DEPLOYMENT = 10800  # seconds; what a deployment of the template may take
PATH = "/ci/"  # no stack's role is there, so that no pipeline can change its own role


class Forge(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"


ISSUERS = {Forge.GITHUB: "https://token.actions.githubusercontent.com", Forge.GITLAB: "https://gitlab.com"}


class CiRolesArgs(TypedDict):
    forge: Forge
    """`github` or `gitlab`: whose tokens say which repository a job belongs to. Change: replaces the identity
    provider; in place in the roles."""
    repository: str
    """`acme/shop`. At GitHub as its tokens name it: repositories that were made or renamed since 2026-07-15, or have
    opted in, have ids in it, `acme@1234/shop@5678`. Never a pattern. Change: in place."""
    apps: list[str]
    """The `name` of each blueprint that the roles deploy: roles and buckets of other names are out of reach. Change: in
    place."""
    environments: list[str]
    """Each has a role that changes it. Change: adds and removes roles."""
    state_bucket_arn: pulumi.Input[str]
    """The bucket of PULUMI_BACKEND_URL. Change: in place."""
    state_key_arn: pulumi.Input[str]
    """The key of TENFOLD_SECRETS_PROVIDER. Change: in place."""
    branch: NotRequired[str]
    """The branch whose jobs may read, and at GitLab deploy. Default: `main`. Change: in place."""
    identity_provider_arn: NotRequired[pulumi.Input[str]]
    """The account's identity provider of this forge, where it has one: there is room for one only. Default: it is made
    here. Change: deletes the one made here."""
    issuer: NotRequired[str]
    """The URL of a forge of your own: GitLab's, GitHub Enterprise Server's with `/_services/token`. Default: that of
    github.com or gitlab.com. Change: replaces the identity provider; in place in the roles."""
    boundary_arn: NotRequired[pulumi.Input[str]]
    """A permissions boundary: these roles have it, and give permissions only to roles that have it too (in a blueprint
    `permissions_boundary`). Without one a pipeline can give more to a server's role than it has itself. Default: none.
    Change: in place."""
    session_seconds: NotRequired[int]
    """How long a job may deploy, in seconds, 3600 to 43200. Default: 10800, as long as the job of the template may
    take. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of every child. Default: none. Change: in place."""


class CiRoles(Component[CiRolesArgs]):
    """A role that reads, one for each environment that changes it, and the identity provider that they trust.

    A job shows a token of its forge; AWS gives credentials for it when issuer, audience and subject are these, letter
    by letter.
    """

    identity_provider_arn: pulumi.Output[str]
    """Identity provider whose tokens the roles take."""
    read_role_arn: pulumi.Output[str]
    """TENFOLD_READ_ROLE_ARN of the pipeline."""
    role_arn_by_environment: dict[str, pulumi.Output[str]]
    """AWS_ROLE_ARN of each environment."""

    def __init__(self, name: str, args: CiRolesArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        issuer = args.get("issuer") or ISSUERS[Forge(args["forge"])]
        self.identity_provider_arn = self._identity_provider(issuer)
        call = self._call()
        account = aws.get_caller_identity(opts=call).account_id
        partition = aws.get_partition(opts=call).partition
        apps, state = args["apps"], (args["state_bucket_arn"], args["state_key_arn"])
        read = [
            *permissions.read_statements(partition, account, apps),
            *permissions.state_statements(*state),
        ]
        self.read_role_arn = self._role("read", issuer, None, read, SESSION_SECONDS[0])
        self.role_arn_by_environment = {}
        for environment in args["environments"]:
            change = [
                *permissions.change_statements(partition, account, apps, args.get("boundary_arn")),
                *permissions.state_statements(*state, [f"{app}-{environment}" for app in apps]),
            ]
            seconds = args.get("session_seconds", SESSION_OF_A_DEPLOYMENT)
            self.role_arn_by_environment[environment] = self._role(environment, issuer, environment, change, seconds)
        self._register()

    def _identity_provider(self, issuer: str) -> pulumi.Output[str]:
        if (arn := self._inputs.get("identity_provider_arn")) is not None:
            return pulumi.Output.from_input(arn)
        child = f"{self._logical}-identity-provider"
        # Without thumbprints: IAM trusts by the root of the issuer's certificate (API reference, ThumbprintList).
        return aws.iam.OpenIdConnectProvider(
            child, url=issuer, client_id_lists=[AUDIENCE], tags=self._tags(child), opts=self._child()
        ).arn

    def _role(
        self, kind: str, issuer: str, environment: str | None, statements: list[policies.Statement], seconds: int
    ) -> pulumi.Output[str]:
        child = f"{self._logical}-{kind}"
        does = f"changes {environment}" if environment else "reads"
        role = aws.iam.Role(
            child,
            path=PATH,
            description=f"Pipeline of {self._inputs['repository']}: {does}",
            assume_role_policy=self._trust(issuer, environment),
            permissions_boundary=self._inputs.get("boundary_arn"),
            max_session_duration=seconds,
            tags=self._tags(child),
            opts=self._child(),
        )
        aws.iam.RolePolicy(f"{child}-policy", role=role.name, policy=policies.document(*statements), opts=self._child())
        return role.arn

    def _trust(self, issuer: str, environment: str | None) -> pulumi.Output[str]:
        host = issuer.removeprefix("https://")
        exactly = {f"{host}:aud": AUDIENCE, f"{host}:sub": subject(self._inputs, environment)}
        return policies.document(
            {
                "Effect": "Allow",
                "Principal": {"Federated": self.identity_provider_arn},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": exactly},
            }
        )


def subject(args: Mapping[str, Any], environment: str | None) -> str:
    """What a token of a job says of itself in `sub`: for a role of an environment at GitHub that environment, else the
    branch (GitHub: "OpenID Connect reference"; GitLab: "OpenID Connect authentication using ID tokens")."""
    repository, branch = args["repository"], args.get("branch", "main")
    if args["forge"] == Forge.GITLAB:
        return f"project_path:{repository}:ref_type:branch:ref:{branch}"
    return f"repo:{repository}:" + (f"environment:{environment}" if environment else f"ref:refs/heads/{branch}")


_FORMS = {
    "repository": (r"[\w.-]+(@\d+)?(/[\w.-]+(@\d+)?)+", "acme/shop, or acme@1234/shop@5678, without a pattern"),
    "branch": (r"[^\s*?:]+", "the name of one branch"),
    "issuer": (r"https://[^\s?#*]+[^\s?#*/]", "a URL that begins with https:// and ends without a slash"),
    "apps": (r"[a-z][a-z0-9-]*", "the name of a blueprint"),
    "environments": (r"[a-z][a-z0-9-]*", "the name of an environment"),
}


def check(args: CiRolesArgs) -> None:
    """Raises ValueError, with what is right, for what nobody's token says or IAM does not take."""
    check_choice("forge", args["forge"], Forge)
    for argument, (form, words) in _FORMS.items():
        value = args.get(argument) or []
        for text in [value] if isinstance(value, str) else value:
            if not re.fullmatch(form, text):
                raise ValueError(f"{argument} must be {words}, not {text!r}.")
    for argument in ("apps", "environments"):
        if not args[argument]:
            raise ValueError(f"{argument} must name at least one.")
    least, most = SESSION_SECONDS
    if not least <= args.get("session_seconds", least) <= most:
        raise ValueError(f"session_seconds must be {least} to {most}, not {args.get('session_seconds')}.")
