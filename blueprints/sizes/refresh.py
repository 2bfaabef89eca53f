"""Rebuild ec2.json, rds.json and elasticache.json: what AWS offers where.

    python3 -m venv /tmp/offerings && /tmp/offerings/bin/pip install cfn-lint==1.58.0
    /tmp/offerings/bin/python blueprints/sizes/refresh.py 2026-10-20

The source is the tables bundled with cfn-lint (MIT-0), which AWS's own schemas feed. They are package data without a
promised layout: the version is pinned, and tests hold the shape of the result. The argument is the date of the
schemas in that release. cfn-lint is no dependency of the project; only this script needs it.

A set of regions is a number written in hexadecimal: bit i is the i-th entry of `regions`.
"""

import importlib.resources
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENGINES = ("postgres", "mysql")
SOURCE = "cfn-lint 1.58.0 (MIT-0), bundled schema extensions"


def bundled_data(folder: str, name: str) -> dict:
    return json.loads(
        (importlib.resources.files(f"cfnlint.data.schemas.extensions.{folder}") / name).read_text(encoding="utf-8")
    )


def masks(names_by_region: dict[str, set[str]], regions: list[str]) -> dict[str, str]:
    """Name -> hexadecimal set of the regions that offer it."""
    bits: dict[str, int] = {}
    for index, region in enumerate(regions):
        for name in names_by_region.get(region, ()):
            bits[name] = bits.get(name, 0) | 1 << index
    return {name: format(bits[name], "x") for name in sorted(bits)}


def enums(table: dict) -> dict[str, set[str]]:
    return {region: set(rule["enum"]) for region, rule in table.items() if "-" in region}


def versions_of(rules: list[dict], engine: str) -> list[str]:
    """Engine versions in AWS's order of release: 9 < 10, 8.4.9 < 8.4.10."""
    versions: set[str] = set()
    for rule in rules:
        condition = rule["if"]["properties"]
        if condition["Engine"].get("const") != engine:
            continue
        then = rule["then"] or {}
        listed = condition["EngineVersion"].get("enum") or then["properties"]["EngineVersion"]["enum"]
        versions |= {version for version in listed if "-" not in version}
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")])


def classes_by_series(engine: str, current: list[str]) -> dict[str, set[str]]:
    """Series (postgres "17", mysql "8.4") -> classes that a version of it still open for creation takes."""
    parts = 1 if engine == "postgres" else 2
    classes: dict[str, set[str]] = {}
    for rule in bundled_data("aws_rds_dbinstance", "db_instance_class.json")["allOf"]:
        condition = rule["if"]["properties"]
        if condition["Engine"]["const"] != engine:
            continue
        pattern = re.compile(condition["EngineVersion"]["pattern"])
        for version in current:
            if pattern.match(version):
                series = ".".join(version.split(".")[:parts])
                classes.setdefault(series, set()).update(rule["then"]["properties"]["DBInstanceClass"]["enum"])
    return classes


def rds_engine(engine: str, regions: list[str], by_region: dict) -> dict:
    versions = versions_of(bundled_data("aws_rds_dbinstance", "engine_version.json")["allOf"][1:], engine)
    deprecated = versions_of(bundled_data("aws_rds_dbinstance", "engine_version_deprecated.json")["allOf"], engine)
    current = [version for version in versions if version not in deprecated]
    classes = {
        region: {
            name
            for rule in table["allOf"]
            if rule["if"]["properties"]["Engine"]["const"] == engine
            for name in rule["then"]["properties"]["DBInstanceClass"]["enum"]
        }
        for region, table in by_region.items()
    }
    series = classes_by_series(engine, current)
    offered = masks(classes, regions)
    return {
        "versions": current,
        "deprecated": deprecated,
        "not_in_series": {name: sorted(set(offered) - taken) for name, taken in sorted(series.items())},
        "classes": offered,
    }


def write(name: str, as_of: str, content: dict) -> None:
    text = json.dumps({"as_of": as_of, "source": SOURCE, **content}, indent=0, separators=(",", ":"))
    (HERE / name).write_text(text + "\n", encoding="utf-8")


def main(as_of: str) -> None:
    ec2 = enums(bundled_data("aws_ec2_instance", "instancetype_enum.json"))
    write("ec2.json", as_of, {"regions": sorted(ec2), "types": masks(ec2, sorted(ec2))})
    rds = bundled_data("aws_rds_dbinstance", "dbinstanceclass_enum.json")
    engines = {engine: rds_engine(engine, sorted(rds), rds) for engine in ENGINES}
    write("rds.json", as_of, {"regions": sorted(rds), "engines": engines})
    nodes = enums(bundled_data("aws_elasticache_cachecluster", "cachenodetype_enum.json"))
    rules = bundled_data("aws_elasticache_cachecluster", "engine_version.json")["allOf"][1:]
    versions = {engine: versions_of(rules, engine) for engine in ("memcached", "redis", "valkey")}
    content = {"regions": sorted(nodes), "versions": versions, "types": masks(nodes, sorted(nodes))}
    write("elasticache.json", as_of, content)


if __name__ == "__main__":
    main(sys.argv[1])
