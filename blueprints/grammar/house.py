"""The house rules: an organisation's defaults, limits, rules about single fields, and prices, in `tenfold-rules.yaml`.

From these declarations `docs/schema/rules.json` is generated, and a part of `grammar.json`.
"""

from typing import Annotated, Any, Literal

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.blueprint import Environment
from tenfold.blueprints.grammar.fields import Section, optional, required
from tenfold.blueprints.grammar.forms import Expression, Measured, OneOrMore, Spelled, StageRange

RuleName = Annotated[str, Spelled(
    "TF-V016", r"[a-z](-?[a-z0-9])*", "a name",
    "Lower-case letters, digits and single hyphens, starting with a letter: backups-in-production.", 60,
)]  # fmt: skip


class Limits(Section):
    """What the house rules do not allow."""

    regions: list[str] | None = optional("Regions that may be used.", "none", min_length=1)
    instances: list[str] | None = optional(
        "Instance types, classes and nodes that may be used, as patterns like t4g.*", "none", min_length=1
    )
    servers: int | None = optional("The largest fleet.", "none", ge=1)
    budget: Annotated[float, Measured(units.MONEY)] | None = optional("The largest budget.", "none")
    must_ring: list[str] | None = optional("Alarms that must not be switched off, as patterns like *-storage.", "none")
    must_say: list[str] | None = optional("Fields that a blueprint has to set itself.", "none")


_SERVICE = (
    "accelerator|acm|alarm|all|budget|cache|cdn|credit|dashboard|dynamodb|ebs|ec2|ecr|eks|elb|endpoint|eventbridge|ipv4|kms|"
    "lambda|logs|metric|nat|opensearch|rds|route53|s3|secret|sns|sqs|transfer|waf"
)  # the first words of all keys in tenfold/foresight/data/prices.json, as a test holds
_PRICED = "`tenfold cost FILE --json` has the key of each price: ec2.t4g.small, rds.storage.gp3, nat.data."
Priced = Annotated[str, Spelled("TF-H007", _SERVICE, "a service that has prices", _PRICED, 40)]
PriceKey = Annotated[str, Spelled("TF-H007", rf"({_SERVICE})(\.[a-z0-9-]+)*", "the key of a price", _PRICED, 80)]
Region = Annotated[str, Spelled(
    "TF-V025", r"[a-z]{2}(-[a-z]+)+-[0-9]", "a region", "For example us-east-1, eu-west-1.", 30,
)]  # fmt: skip


class Prices(Section):
    """What a house pays instead of AWS's list prices; `tenfold cost` uses it."""

    discount: dict[Priced, Annotated[float, Measured(units.PERCENT)]] | None = optional(
        "Discount on list prices, by service (the first word of a price's key), or for all.", "none"
    )
    own: dict[PriceKey, Annotated[float, Measured(units.PRICE)]] | None = optional(
        "The organisation's own prices, by key, in the unit of AWS's list.", "none"
    )
    estimate: dict[Region, Region] | None = optional(
        "Regions whose missing prices may be estimated from another.", "none"
    )


class When(Section):
    """Which environments and stages a rule is for: all that it does not name."""

    env: Annotated[tuple[str, ...], OneOrMore()] | None = optional(
        "Environments, as patterns: prod, or [prod, eu-*]. The top of a file is not an environment.", "none"
    )
    stage: Annotated[tuple[int, int], StageRange()] | None = optional("Stages: 3, 3-5, >=3 or <=3.", "none")


class Rule(Section):
    """A house's rule about one field of the grammar, or several."""

    field: str = required(
        "Path of a field or a section. `*` is any name: queues.*.keep is that of each queue, *.instance each tier's.",
        "none",
    )
    reason: str = required("Why the rule is there. It is printed with each violation.", "none")
    when: When | None = optional("Where it applies; everywhere without it.", "none")
    level: Literal["error", "warning"] | None = optional(
        "`warning`: reported, but stops nothing; for the time in which a new rule is introduced. Default: `error`.",
        "none",
    )
    default: Any = optional(
        "The value where a blueprint sets none. It wins over the stage's default and over `defaults`.", "none"
    )
    least: Any = optional("The smallest value, as a blueprint writes it: 14d.", "none")
    most: Any = optional("The largest value.", "none")
    allowed: Any = optional("The value, or the values, that are allowed; texts are patterns, like t4g.*", "none")
    forbidden: Any = optional("The value, or the values, that are not allowed; texts are patterns.", "none")
    matches: Annotated[str, Expression()] | None = optional(
        "Regular expression for the whole text: CC-[0-9]{4}.", "none"
    )
    set: Literal["always", "never"] | None = optional(
        "`always`: a blueprint has to set it itself. `never`: a blueprint must not set it.", "none"
    )


class Rules(Section):
    """A house rule file."""

    defaults: Environment | None = optional("Values for everything a blueprint leaves out.", "none")
    limits: Limits | None = optional("Limits that a blueprint must not exceed.", "none")
    rules: dict[RuleName, Rule] | None = optional("Rules about any field, by environment and stage, by name.", "none")
    prices: Prices | None = optional("Prices that the organisation pays instead of AWS's list prices.", "none")
