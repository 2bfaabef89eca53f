"""Costs of an architecture, for a program (docs/cost.md)."""

from collections.abc import Mapping
from typing import Any

from tenfold.blueprints.architecture import Architecture
from tenfold.foresight import prices
from tenfold.foresight.cost import Estimate, Line, by_tier
from tenfold.foresight.servers import Amount
from tenfold.foresight.usage import Use

VERSION = 1


def summary(a: Architecture, of: Estimate) -> dict[str, Any]:
    """The totals of an estimate, without its parts."""
    total = of.total()
    return {
        "currency": "USD",
        "per": "month",
        "total": _amount(total),
        "fixed": _amount(of.total(by_use=False)),
        "by_use": _amount(of.total(by_use=True)),
        "coverage": round(of.coverage, 4),
        "budget": a.budget,
        "above_budget": of.above(a.budget),
    }


def change(before: Estimate, after: Estimate) -> dict[str, Any]:
    tiers = {
        tier: {"before": _rounded(old), "after": _rounded(new)} for tier, (old, new) in by_tier(before, after).items()
    }
    return {
        "currency": "USD",
        "per": "month",
        "before": _amount(before.total()),
        "after": _amount(after.total()),
        "coverage": {"before": round(before.coverage, 4), "after": round(after.coverage, 4)},
        "tiers": tiers,
    }


def whole(a: Architecture, of: Estimate) -> dict[str, Any]:
    each = of.per_thousand(a.load.users)
    return {
        "version": VERSION,
        "blueprint": {
            "name": a.name,
            "environment": a.environment,
            "stage": a.stage,
            "region": a.region,
        },
        **summary(a, of),
        "per_1000_users": None if each is None else _rounded(each),
        "free_in_an_empty_account": _rounded(of.free()),
        "unknown": list(dict.fromkeys(line.charge.key for line in of.unknown)),
        "servers": of.servers_how,
        "usage": {name: _use(use) for name, use in of.usage.items()},
        "tiers": [
            {
                "name": tier,
                "total": _amount(of.total(tier=tier)),
                "lines": [_json_line(line) for line in of.lines if line.tier == tier],
            }
            for tier in of.tiers
        ],
    }


def _use(use: Use) -> dict[str, Any]:
    return {"amount": _rounded(use.amount), "how": use.how, "stated": use.stated}


def _json_line(line: Line) -> dict[str, Any]:
    charge, price = line.charge, line.price
    return {
        "what": charge.what,
        "region": line.region,
        "key": charge.key,
        "amount": _amount(charge.amount),
        "how": charge.how,
        "by_use": charge.by_use,
        "usd": _amount(line.usd) if line.usd else None,
        "price": None
        if price is None
        else {
            "usd": price.usd,
            "per": price.per,
            "source": prices.source(price.source),
            "as_of": price.as_of or None,
            "confidence": price.confidence,
            "why": price.why or None,
            "discount": price.discount or None,
        },
    }


def _amount(usd: Amount) -> Mapping[str, float]:
    return {name: _rounded(value) for name, value in usd._asdict().items()}


def _rounded(value: float) -> float:
    return round(value, 4)
