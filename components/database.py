"""Database: managed PostgreSQL or MySQL."""

from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import database_proxy
from tenfold.components.parts.component import Component
from tenfold.components.parts.kept_secret import Kept, kept_secret
from tenfold.components.parts.log_group import log_group
from tenfold.components.parts.service_role import service_role
from tenfold.components.plans import rds
from tenfold.components.plans.choices import check_choice

USER = "app"


class DatabasePooling(TypedDict):
    mode: database_proxy.ProxyMode
    """When the proxy takes a connection back from a client. Change: in place."""
    connections: int
    """Connections from the proxy to the database, at most; rounded up to a whole per cent of what the database takes.
    Change: in place."""


class SourceArgs(TypedDict):
    """A database of another region, of which this one is a copy until it takes over."""

    arn: pulumi.Input[str]
    """Its ARN. It keeps backups, and RDS does not manage its password (`replicable`). Change: **replaces the copy**."""
    secret_arn: pulumi.Input[str]
    """Its secret, as this region has it (`secret_copies`): who logs in there logs in here. Change: in place."""
    promoted: NotRequired[bool]
    """Whether it has taken over: it follows nothing any more. Default: false. Change: restart; there is no way back."""


class ImportedArgs(TypedDict):
    """What a database that was made by somebody else keeps."""

    identifier: str
    """Its name in RDS. Change: restart, and another address."""
    user: str
    """The user that it was made with. Change: would replace the database: refused."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """The key that encrypts it. Default: that of the component. Change: would replace the database: refused."""
    security_group_ids: NotRequired[list[pulumi.Input[str]]]
    """Groups that it has besides the component's. Default: none. Change: in place."""


class DatabaseArgs(TypedDict):
    vpc_id: pulumi.Input[str]
    """The network. Change: would replace the security group."""
    subnet_ids: pulumi.Input[list[str]]
    """All database subnets, also without a standby, so that one can be added. Change: in place."""
    client_security_group_ids: NotRequired[dict[str, pulumi.Input[str]]]
    """Who may connect: role to security group. Servers and fleets of this project let themselves in (`reaches`),
    because they come and go while the database stays. Default: nobody. Change: in place."""
    engine: rds.DatabaseEngine
    """`postgres` or `mysql`. Change: would replace the database: refused."""
    version: str
    """`17` lets AWS apply minor versions in the maintenance window; `17.4` stays on that one. Another major version
    needs `allowMajorVersionUpgrade` as an override, and restarts for minutes. Change: minor: restart; major: see below;
    an earlier one is refused."""
    instance_class: str
    """`db.t4g.medium` …. Change: restart of minutes; with a standby about one."""
    storage_gib: int
    """GiB at the start, 20 or more. Grows in place, cannot shrink. Change: grows in place; less is refused."""
    storage_up_to_gib: NotRequired[int]
    """GiB up to which RDS grows it by itself; at least 10 % more. Default: `storage_gib`. Change: in place."""
    storage_type: NotRequired[rds.StorageType]
    """Type of the storage. Default: `gp3`. Change: in place, slower for hours."""
    standby: NotRequired[bool]
    """A synchronous copy in another zone that takes over within a minute or two; doubles the price. Default: false.
    Change: in place."""
    backups_keep_days: NotRequired[int]
    """Days of which any second can be restored; 1 to 35. Default: 7. Change: in place; with less, older restore points
    go."""
    backups_window: NotRequired[str]
    """UTC; maintenance follows on Sundays, half an hour after. Default: `03:00-04:00`. Change: in place."""
    database_name: str
    """The database that is made. Change: would replace the database: refused."""
    parameters: NotRequired[dict[str, str]]
    """Of the engine; static ones take effect with the next restart. Default: none. Change: in place."""
    pooling: NotRequired[DatabasePooling]
    """RDS Proxy in front: `mode` and `connections`. Default: none. Change: only adds."""
    kms_key_arn: pulumi.Input[str]
    """Storage, backups, logs, master secret. Change: would replace the database: refused."""
    replicable: NotRequired[bool]
    """Whether read replicas may be made. RDS makes none of a database whose password it manages, so the password is
    then in a secret of this component, which `password_generation` rotates. Default: false. Change: in place: the
    password changes, hosts have the new one within three minutes."""
    password_generation: NotRequired[int]
    """Which password a `replicable` database has, from 1; add one to rotate it. Default: 1. Change: in place: open
    connections stay, new ones fail until the hosts have read it, three minutes at most."""
    secret_copies: NotRequired[dict[str, pulumi.Input[str]]]
    """Other regions that have the secret of a `replicable` database too, each with the ARN of a key there. Default:
    none. Change: adds and removes copies."""
    source: NotRequired[SourceArgs]
    """A database of another region that this one follows. What RDS copies from it (engine, user, storage, the password)
    is not said again; network, key, parameters and backups are this region's own. Default: none. Change: would replace
    the database: refused."""
    imported: NotRequired[ImportedArgs]
    """Of a database that was taken over by `pulumi import`. Default: none. Change: see its fields."""
    keeps_former: NotRequired[bool]
    """Keeps the database that had this one's name before a failback, as `<name>-former`; only a failback makes one.
    Default: false. Change: taken back, the former database is deleted, with a final snapshot: refused while it is
    protected, which `tenfold promote --release` lifts."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days that exported logs are kept. Default: 30. Change: in place."""
    throwaway: NotRequired[bool]
    """No protection, no final snapshot, no backups after deletion. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On every child and snapshot. Default: none. Change: in place."""


class Database(Component[DatabaseArgs]):
    """An encrypted RDS instance that is never public, with backups, logs, insights and a password nobody knows.

    RDS makes the password, keeps it in Secrets Manager and changes it every seven days; it is never in the program or
    the state, unless the database is `replicable` (then it is in the state, encrypted). `<name>-primary` is the primary
    in every later stage too. Raises ValueError for what RDS would refuse.
    """

    identifier: pulumi.Output[str]
    """Identifier of the primary in RDS."""
    arn: pulumi.Output[str]
    """ARN of the primary."""
    address: pulumi.Output[str]
    """Host name of the primary."""
    proxy_address: pulumi.Output[str | None]
    """Host name of the proxy; absent without pooling by one."""
    port: pulumi.Output[int]
    """Port that clients connect to."""
    database_name: pulumi.Output[str]
    """Name of the database inside."""
    secret_arn: pulumi.Output[str]
    """Secret with user and password."""
    security_group_id: pulumi.Output[str]
    """Security group of it: what may connect is a rule in it."""
    proxy_security_group_id: pulumi.Output[str | None]
    """Security group of the proxy; absent without one."""
    monitoring_role_arn: pulumi.Output[str]
    """Role that sends measurements of the operating system."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        _check(args)
        account = aws.get_caller_identity(opts=self._call()).account_id

        subnets = aws.rds.SubnetGroup(
            f"{name}-subnets",
            description="Database subnets of all zones",
            subnet_ids=args["subnet_ids"],
            tags=self._tags(f"{name}-subnets"),
            opts=self._child(),
        )
        group = self._security_group("group", "The database")
        self._let_in("from", group, args.get("client_security_group_ids", {}))
        # The names of the log groups contain the instance's, and they must exist before it: RDS would make them without
        # encryption and without an end. So the instance is named after its subnet group, which Pulumi has named.
        identifier = subnets.name.apply(lambda text: text.replace("-subnets", "-primary"))
        if "imported" in args:
            identifier = pulumi.Output.from_input(args["imported"]["identifier"])
        logs = self._log_groups(identifier)
        follows = "source" in args
        login = self._login() if args.get("replicable", False) and not follows else None
        monitoring = self._monitoring(account)
        primary = self._primary(identifier, subnets, self._parameter_group(), group, monitoring, logs, login)
        if args.get("keeps_former", False):
            self._former(identifier, subnets, group)
        secret_arn = self._secret_arn(primary, login)
        front, ways = self._proxy_group(group) if "pooling" in args else (None, [])
        proxy = self._proxy(primary, front, ways, secret_arn, account) if front else None

        self.identifier, self.arn = primary.identifier, primary.arn
        self.address, self.port = primary.address, primary.port
        self.proxy_address = pulumi.Output.from_input(proxy)
        self.database_name = pulumi.Output.from_input(args["database_name"])
        self.secret_arn, self.security_group_id = secret_arn, group.id
        self.proxy_security_group_id = pulumi.Output.from_input(front.id if front else None)
        self.monitoring_role_arn = monitoring
        self._register()

    def _security_group(self, role: str, description: str) -> aws.ec2.SecurityGroup:
        """Without a way out: a database opens no connections."""
        child = f"{self._logical}-{role}"
        return aws.ec2.SecurityGroup(
            child,
            vpc_id=self._inputs["vpc_id"],
            description=description,
            tags=self._tags(child),
            opts=self._child(),
        )

    def _let_in(
        self, role: str, group: aws.ec2.SecurityGroup, clients: dict[str, pulumi.Input[str]]
    ) -> list[pulumi.Resource]:
        port, ingress = rds.PORTS[self._inputs["engine"]], []
        for client, client_group in sorted(clients.items()):
            child = f"{self._logical}-{role}-{client}"
            rule = aws.vpc.SecurityGroupIngressRule(
                child,
                security_group_id=group.id,
                description=f"From {client}",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                referenced_security_group_id=client_group,
                tags=self._tags(child),
                opts=self._child(),
            )
            ingress.append(rule)
        return ingress

    def _log_groups(self, identifier: pulumi.Output[str]) -> list[pulumi.Resource]:
        return [
            log_group(
                f"{self._logical}-log-{log}",
                self._inputs,
                self,
                name=pulumi.Output.concat("/aws/rds/instance/", identifier, "/", log),
            )
            for log in rds.LOGS[self._inputs["engine"]]
        ]

    def _parameter_group(self) -> aws.rds.ParameterGroup:
        """Another family makes a new group beside the old one, which goes when the instance has left it: the logical
        name stays, the physical one is Pulumi's and new."""
        child = f"{self._logical}-parameters"
        return aws.rds.ParameterGroup(
            child,
            family=rds.family(self._inputs["engine"], self._inputs["version"]),
            description="Parameters of the database",
            parameters=[
                {"name": parameter.name, "value": parameter.value, "apply_method": parameter.apply_method}
                for parameter in rds.parameters(self._inputs["engine"], self._inputs.get("parameters", {}))
            ],
            tags=self._tags(child),
            opts=self._child(),
        )

    def _monitoring(self, account: str) -> pulumi.Output[str]:
        """Role of enhanced monitoring: the processes and memory of the instance, every minute, as RDS sees them."""
        name = f"{self._logical}-monitoring"
        policy = "AmazonRDSEnhancedMonitoringRole"
        return service_role(name, "monitoring.rds.amazonaws.com", policy, self._tags(name), self, account)

    @property
    def _user(self) -> str:
        return self._inputs["imported"]["user"] if "imported" in self._inputs else USER

    def _login(self) -> Kept:
        """User and password, as RDS would keep them."""
        return kept_secret(
            f"{self._logical}-login",
            lambda password: {"username": self._user, "password": password},
            length=40,  # MySQL takes 41
            generation=self._inputs.get("password_generation", 1),
            kms_key_arn=self._inputs["kms_key_arn"],
            throwaway=self._inputs.get("throwaway", False),
            tags=self._inputs.get("tags"),
            parent=self,
            copies=self._inputs.get("secret_copies"),
        )

    def _secret_arn(self, primary: aws.rds.Instance, login: Kept | None) -> pulumi.Output[str]:
        if "source" in self._inputs:
            return pulumi.Output.from_input(self._inputs["source"]["secret_arn"])
        return login.arn if login else primary.master_user_secrets[0].secret_arn

    def _begins(self, login: Kept | None) -> dict[str, Any]:
        """What a database is made from: nothing, or another one. A replica takes these from its source, and RDS refuses
        a password; what cannot be changed later (engine, user, name) is never said of one, so that promoted it stays
        what it is."""
        args = self._inputs
        size = {"engine_version": args["version"], "allocated_storage": args["storage_gib"]}
        if "source" in args:
            promoted = args["source"].get("promoted", False)
            return size if promoted else {"replicate_source_db": args["source"]["arn"]}
        secret: dict[str, Any] = {
            "manage_master_user_password": True,
            "master_user_secret_kms_key_id": args["kms_key_arn"],
        }
        if login:
            secret = {"password": login.field("password")}
        return {"engine": args["engine"], "db_name": args["database_name"], "username": self._user, **size, **secret}

    def _primary(
        self,
        identifier: pulumi.Output[str],
        subnets: aws.rds.SubnetGroup,
        parameters: aws.rds.ParameterGroup,
        group: aws.ec2.SecurityGroup,
        monitoring: pulumi.Output[str],
        logs: list[pulumi.Resource],
        login: Kept | None,
    ) -> aws.rds.Instance:
        args, throwaway = self._inputs, self._inputs.get("throwaway", False)
        engine = args["engine"]
        return aws.rds.Instance(
            f"{self._logical}-primary",
            identifier=identifier,
            **self._begins(login),
            **self._storage(),
            **self._backups(identifier),
            **self._observation(monitoring),
            auto_minor_version_upgrade=rds.follows_minor_versions(engine, args["version"]),
            instance_class=args["instance_class"],
            port=rds.PORTS[engine],
            iam_database_authentication_enabled=True,
            db_subnet_group_name=subnets.name,
            parameter_group_name=parameters.name,
            vpc_security_group_ids=[group.id, *args.get("imported", {}).get("security_group_ids", [])],
            publicly_accessible=False,
            multi_az=args.get("standby", False),
            apply_immediately=True,  # what a preview has shown happens in that `up`, not one night later
            tags=self._tags(f"{self._logical}-primary"),
            opts=self._child(protect=self._keeps, depends_on=logs, delete_before_replace=throwaway),
        )

    @property
    def _key(self) -> pulumi.Input[str]:
        """ARN of the key that encrypts the instance. RDS cannot change it, so an imported database keeps its own."""
        return self._inputs.get("imported", {}).get("kms_key_arn", self._inputs["kms_key_arn"])

    def _storage(self) -> dict[str, Any]:
        args, size = self._inputs, self._inputs["storage_gib"]
        return {
            "max_allocated_storage": rds.storage_limit(size, args.get("storage_up_to_gib", size)),
            "storage_type": args.get("storage_type", "gp3"),
            "storage_encrypted": True,
            "kms_key_id": self._key,
        }

    def _backups(self, identifier: pulumi.Output[str]) -> dict[str, Any]:
        """Backups, the last snapshot, and what keeps the instance from deletion."""
        args, throwaway = self._inputs, self._inputs.get("throwaway", False)
        window = args.get("backups_window", "03:00-04:00")
        # RDS takes no final snapshot of a replica, and refuses one.
        unsaved = throwaway or ("source" in args and not args["source"].get("promoted", False))
        return {
            "backup_retention_period": args.get("backups_keep_days", 7),
            "backup_window": window,
            "maintenance_window": rds.maintenance_window(window),
            "copy_tags_to_snapshot": True,
            "delete_automated_backups": throwaway,
            "deletion_protection": not throwaway,
            "skip_final_snapshot": unsaved,
            "final_snapshot_identifier": None if unsaved else pulumi.Output.concat(identifier, "-final"),
        }

    def _observation(self, monitoring: pulumi.Output[str]) -> dict[str, Any]:
        """Logs, measurements and insights. `monitoring` is the ARN of the role that sends the measurements."""
        args = self._inputs
        insights = rds.has_insights(args["engine"], args["instance_class"])
        return {
            "enabled_cloudwatch_logs_exports": list(rds.LOGS[args["engine"]]),
            "monitoring_interval": 60,  # seconds
            "monitoring_role_arn": monitoring,
            "database_insights_mode": "standard",  # advanced is charged by vCPU
            "performance_insights_enabled": insights,
            "performance_insights_kms_key_id": self._key if insights else None,
            "performance_insights_retention_period": 7 if insights else None,  # days; longer is charged
        }

    def _former(
        self, identifier: pulumi.Output[str], subnets: aws.rds.SubnetGroup, group: aws.ec2.SecurityGroup
    ) -> None:
        """It stays as it was when a failback left it, whatever the blueprint says of its successor."""
        args, throwaway = self._inputs, self._inputs.get("throwaway", False)
        aws.rds.Instance(
            f"{self._logical}-former",
            identifier=pulumi.Output.concat(identifier, "-former"),
            engine=args["engine"],
            engine_version=args["version"],
            instance_class=args["instance_class"],
            allocated_storage=args["storage_gib"],
            storage_type=args.get("storage_type", "gp3"),
            storage_encrypted=True,
            kms_key_id=args["kms_key_arn"],
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            publicly_accessible=False,
            multi_az=args.get("standby", False),
            backup_retention_period=args.get("backups_keep_days", 7),
            copy_tags_to_snapshot=True,
            deletion_protection=not throwaway,
            skip_final_snapshot=throwaway,
            final_snapshot_identifier=None if throwaway else pulumi.Output.concat(identifier, "-former-final"),
            tags=self._tags(f"{self._logical}-primary"),
            opts=self._child(protect=self._keeps, ignore_changes=["*"]),
        )

    def _proxy_group(self, group: aws.ec2.SecurityGroup) -> tuple[aws.ec2.SecurityGroup, list[pulumi.Resource]]:
        """Clients may reach both: the proxy, and around it the database (migrations). Also the proxy's way to it."""
        name, port = self._logical, rds.PORTS[self._inputs["engine"]]
        front = self._security_group("proxy-group", "Proxy of the database")
        self._let_in("proxy-from", front, self._inputs.get("client_security_group_ids", {}))
        entrances = self._let_in("from", group, {"proxy": front.id})
        out = aws.vpc.SecurityGroupEgressRule(
            f"{name}-proxy-to-database",
            security_group_id=front.id,
            description="To the database",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            referenced_security_group_id=group.id,
            tags=self._tags(f"{name}-proxy-to-database"),
            opts=self._child(),
        )
        return front, [*entrances, out]

    def _proxy(
        self,
        primary: aws.rds.Instance,
        front: aws.ec2.SecurityGroup,
        ways: list[pulumi.Resource],
        secret_arn: pulumi.Output[str],
        account: str,
    ) -> pulumi.Output[str]:
        args = self._inputs
        assert "pooling" in args
        engine, pooling = args["engine"], args["pooling"]
        takes = rds.max_connections(engine, args["instance_class"], args.get("parameters", {}))
        return database_proxy.database_proxy(
            self._logical,
            database_proxy.Pool(engine, pooling["mode"], pooling["connections"], takes),
            instance=primary,
            secret_arn=secret_arn,
            subnet_ids=args["subnet_ids"],
            security_group_id=front.id,
            first=ways,
            kms_key_arn=args["kms_key_arn"],
            account=account,
            tags=self._inputs.get("tags"),
            parent=self,
        )


def _check(args: DatabaseArgs) -> None:
    """Everything that RDS would refuse and that can be known now, before the first child."""
    rds.check(args["engine"], args["version"])
    rds.parameters(args["engine"], args.get("parameters", {}))
    rds.maintenance_window(args.get("backups_window", "03:00-04:00"))
    rds.storage_limit(args["storage_gib"], args.get("storage_up_to_gib", args["storage_gib"]))
    if args["storage_gib"] < 20:
        raise ValueError(f"storage_gib: {args['storage_gib']} is less than 20, the least RDS takes for general purpose")
    check_choice("storage_type", args.get("storage_type", "gp3"), rds.StorageType)
    if not 1 <= (days := args.get("backups_keep_days", 7)) <= 35:
        raise ValueError(f"backups_keep_days: {days} is not between 1 and 35 (0 would switch backups off)")
    if "proxy" in args.get("client_security_group_ids", {}):
        raise ValueError("client_security_group_ids: the role 'proxy' is the component's own; choose another name")
    if "pooling" in args:
        database_proxy.check(args["pooling"]["mode"])
        rds.max_connections(args["engine"], args["instance_class"], args.get("parameters", {}))
