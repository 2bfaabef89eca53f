"""Table: items found by their key, as many and as often as it takes."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from tenfold.components.parts import policies
from tenfold.components.parts.component import Component
from tenfold.components.plans.choices import check_choice

RECOVERY_DAYS = (1, 35)  # UpdateContinuousBackups, API reference: RecoveryPeriodInDays
INDEXES = 20  # DynamoDB quotas: global secondary indexes of a table
UTILIZATION = (0.2, 0.9)  # DynamoDB Developer Guide, "Managing throughput capacity automatically": target utilization
READ = ("BatchGetItem", "ConditionCheckItem", "DescribeTable", "GetItem", "Query", "Scan")
WRITE = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")


class KeyType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BINARY = "binary"


TYPES = {KeyType.TEXT: "S", KeyType.NUMBER: "N", KeyType.BINARY: "B"}


class KeyArgs(TypedDict):
    name: str
    """The attribute, 1 to 255 characters. Change: replaces the table; its items are lost."""
    type: NotRequired[KeyType]
    """`text`, `number` or `binary`. Default: `text`. Change: replaces the table; its items are lost."""


class IndexArgs(TypedDict):
    partition_key: KeyArgs
    """The attribute by whose value the index finds items. Change: makes the index again."""
    sort_key: NotRequired[KeyArgs]
    """The attribute by which the index orders items of the same key. Default: none. Change: makes the index again."""


class UnitsArgs(TypedDict):
    units: int
    """Units that are always there, at least 1. Change: in place."""
    units_max: int
    """Units that it grows to. Change: in place."""


class CapacityArgs(TypedDict):
    reads: UnitsArgs
    """Read units: 4 KiB a second each. Change: in place."""
    writes: UnitsArgs
    """Write units: 1 KiB a second each. Change: in place."""
    track_fraction: NotRequired[float]
    """Fraction of the units that should be in use, 0.2 to 0.9. Default: 0.7. Change: in place."""
    cooldown_out_seconds: NotRequired[int]
    """Seconds from one increase of the units to the next. Default: 60. Change: in place."""
    cooldown_in_seconds: NotRequired[int]
    """Seconds from one decrease of the units to the next; DynamoDB allows few decreases a day. Default: 900. Change: in
    place."""


class TableArgs(TypedDict):
    partition_key: KeyArgs
    """The attribute that finds an item, or all items of one key: what most requests name. Change: replaces the table;
    its items are lost."""
    sort_key: NotRequired[KeyArgs]
    """The attribute that orders the items of one key, and tells them apart. Default: none, one item a key. Change:
    replaces the table; its items are lost."""
    indexes: NotRequired[dict[str, IndexArgs]]
    """Other ways to find items, by name; every write is paid once more for each. Default: none. Change: in place, one
    index after the other."""
    expires: NotRequired[str]
    """The attribute with the Unix time, in seconds, from which an item may be deleted; that takes up to two days.
    Default: none. Change: in place."""
    capacity: NotRequired[CapacityArgs]
    """Units by the hour that follow the load, in place of a price by the request. Default: none, on demand. Change: in
    place, four times a day at most."""
    keep_days: NotRequired[int]
    """Days, 1 to 35. The table can be restored as it was at any second of this time. Default: 7. Change: in place."""
    kms_key_arn: pulumi.Input[str]
    """Key of the items, indexes and backups. Change: in place."""
    copies: NotRequired[dict[str, pulumi.Input[str]]]
    """Other regions that have the same table, under its name, each with the ARN of a key there. Each can be written; of
    two writes to one item at once the later stays. Only on demand. Default: none. Change: in place; a region that is
    taken out loses its copy."""
    throwaway: NotRequired[bool]
    """No protection. Default: false. Change: in place."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """On the table. Default: none. Change: in place."""


class Table(Component[TableArgs]):
    """A table that nobody reaches but by a role, and of which every second of the last days can be restored.

    It spans three zones by itself, and other regions with `copies`. By the request, or with capacity that two scaling
    policies keep at a fraction.
    """

    table_name: pulumi.Output[str]
    """Name of the table."""
    arn: pulumi.Output[str]
    """ARN of the table."""

    def __init__(self, name: str, args: TableArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__(name, args, opts)
        check(args)
        capacity = args.get("capacity")
        table = aws.dynamodb.Table(
            f"{name}-table",
            hash_key=args["partition_key"]["name"],
            attributes=attributes(args),
            **choices(args),
            # Nobody pays for it until somebody reads it; `copies` come and go in place beside it.
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            replicas=self._replicas(args.get("copies") or {}),
            point_in_time_recovery={"enabled": True, "recovery_period_in_days": args.get("keep_days", 7)},
            server_side_encryption={"enabled": True, "kms_key_arn": args["kms_key_arn"]},
            deletion_protection_enabled=self._keeps,
            tags=self._tags(f"{name}-table"),
            # Application Auto Scaling changes them from the first minute on.
            opts=self._child(protect=self._keeps, ignore_changes=["readCapacity", "writeCapacity"]),
        )
        if capacity:
            self._scale(table, "reads", "Read", capacity["reads"], capacity)
            self._scale(table, "writes", "Write", capacity["writes"], capacity)
        self.table_name, self.arn = table.name, table.arn
        self._register()

    def _replicas(self, copies: Mapping[str, pulumi.Input[str]]) -> Any:
        """A global table (version 2019.11.21). Protection, recovery and tags are each copy's own (Developer Guide,
        "Global tables: how settings are synchronized")."""
        replicas = [
            {
                "region_name": region,
                "kms_key_arn": key,
                "point_in_time_recovery": True,
                "deletion_protection_enabled": self._keeps,
                "propagate_tags": True,
            }
            for region, key in copies.items()
        ]
        return replicas or None

    def _scale(self, table: aws.dynamodb.Table, role: str, kind: str, units: UnitsArgs, capacity: CapacityArgs) -> None:
        target = aws.appautoscaling.Target(
            f"{self._logical}-{role}",
            service_namespace="dynamodb",
            resource_id=table.name.apply(lambda name: f"table/{name}"),
            scalable_dimension=f"dynamodb:table:{kind}CapacityUnits",
            min_capacity=units["units"],
            max_capacity=units["units_max"],
            tags=self._tags(f"{self._logical}-{role}"),
            opts=self._child(),
        )
        aws.appautoscaling.Policy(
            f"{self._logical}-{role}-policy",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            resource_id=target.resource_id,
            scalable_dimension=target.scalable_dimension,
            target_tracking_scaling_policy_configuration={
                "target_value": round(capacity.get("track_fraction", 0.7) * 100, 6),
                "scale_out_cooldown": capacity.get("cooldown_out_seconds", 60),
                "scale_in_cooldown": capacity.get("cooldown_in_seconds", 900),
                "predefined_metric_specification": {
                    "predefined_metric_type": f"DynamoDB{kind}CapacityUtilization",
                },
            },
            opts=self._child(),
        )


def choices(args: TableArgs) -> dict[str, Any]:
    """What only some tables have."""
    chosen: dict[str, Any] = {"billing_mode": "PAY_PER_REQUEST"}
    if capacity := args.get("capacity"):
        units = {"read_capacity": capacity["reads"]["units"], "write_capacity": capacity["writes"]["units"]}
        chosen = {"billing_mode": "PROVISIONED", **units}
    if "sort_key" in args:
        chosen["range_key"] = args["sort_key"]["name"]
    if args.get("indexes"):
        chosen["global_secondary_indexes"] = secondary_indexes(args)
    if "expires" in args:
        chosen["ttl"] = {"enabled": True, "attribute_name": args["expires"]}
    return chosen


def attributes(args: TableArgs) -> list[Any]:
    """The attributes that are keys, each once: DynamoDB takes no others."""
    return [{"name": name, "type": TYPES[type_]} for name, type_ in _types(args).items()]


def secondary_indexes(args: TableArgs) -> list[Any]:
    """Each holds whole items, so that a query by it needs no second one."""
    indexes = []
    for name, index in (args.get("indexes") or {}).items():
        schema = [{"attribute_name": index["partition_key"]["name"], "key_type": "HASH"}]
        if "sort_key" in index:
            schema.append({"attribute_name": index["sort_key"]["name"], "key_type": "RANGE"})
        indexes.append({"name": name, "key_schemas": schema, "projection_type": "ALL"})
    return indexes


def statements(arn: pulumi.Input[str], key_arn: pulumi.Input[str]) -> list[policies.Statement]:
    """For a role that reads and writes items; the table itself stays as it is."""
    read, decrypt = read_statements([arn], key_arn)
    return [read, write_statement([arn]), decrypt]


def read_statements(arns: Sequence[pulumi.Input[str]], key_arn: pulumi.Input[str]) -> list[policies.Statement]:
    """For a role that reads items of these tables, by their keys and indexes."""
    indexed = [each for arn in arns for each in (arn, pulumi.Output.concat(arn, "/index/*"))]
    return [
        policies.allow("ReadItems", [f"dynamodb:{action}" for action in READ], indexed),
        policies.allow("DecryptItems", ["kms:Decrypt"], key_arn),  # DynamoDB asks in the name of whoever reads
    ]


def write_statement(arns: Sequence[pulumi.Input[str]]) -> policies.Statement:
    """For a role that writes items; the tables themselves stay as they are."""
    return policies.allow("WriteItems", [f"dynamodb:{action}" for action in WRITE], arns if arns[1:] else arns[0])


def _keys(args: TableArgs) -> Iterator[KeyArgs]:
    yield args["partition_key"]
    if "sort_key" in args:
        yield args["sort_key"]
    for index in (args.get("indexes") or {}).values():
        yield index["partition_key"]
        if "sort_key" in index:
            yield index["sort_key"]


def _types(args: TableArgs) -> dict[str, KeyType]:
    """Raises ValueError for an attribute of two types: DynamoDB knows one of each."""
    types: dict[str, KeyType] = {}
    for key in _keys(args):
        type_ = check_choice("type", key.get("type", KeyType.TEXT), KeyType)
        if types.setdefault(key["name"], type_) != type_:
            raise ValueError(
                f"partition_key: {key['name']} cannot be {types[key['name']]} and {type_}; choose one type for it"
            )
    return types


def check(args: TableArgs) -> None:
    """Raises ValueError, with what is right, for what DynamoDB does not take."""
    _types(args)
    if args["partition_key"]["name"] == args.get("sort_key", {}).get("name"):
        raise ValueError(f"sort_key: {args['partition_key']['name']} is the key already; leave `sort_key` out")
    least, most = RECOVERY_DAYS
    if not least <= args.get("keep_days", 7) <= most:
        raise ValueError(f"keep_days: {args.get('keep_days')} must be from {least} to {most}")
    if len(args.get("indexes") or {}) > INDEXES:
        raise ValueError(f"indexes: {len(args.get('indexes') or {})} are more than a table has, {INDEXES}")
    if capacity := args.get("capacity"):
        _check_capacity(args, capacity)
        if args.get("copies"):  # UpdateTable: "write capacity should either be Pay-Per-Request or AutoScaled"
            raise ValueError("copies: of a table with `capacity` none can be made; leave `capacity` out, or the copies")


def _check_capacity(args: TableArgs, capacity: CapacityArgs) -> None:
    for what, units in (("reads", capacity["reads"]), ("writes", capacity["writes"])):
        if not 1 <= units["units"] <= units["units_max"]:
            raise ValueError(
                f"capacity: {what} from {units['units']} to {units['units_max']} must rise, from at least 1"
            )
    low, high = UTILIZATION
    if not low <= capacity.get("track_fraction", 0.7) <= high:
        raise ValueError(f"capacity: track_fraction {capacity.get('track_fraction')} must be from {low} to {high}")
    if args.get("indexes"):
        raise ValueError("capacity: an index would need units of its own; leave `capacity` out, or the indexes")
