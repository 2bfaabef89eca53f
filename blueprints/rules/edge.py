"""Rules of stage 4: the cache that holds data, and the CDN."""

import re
from collections.abc import Callable, Iterator

from blueprints.architecture import Cdn
from blueprints.rules.scene import Finding, Scene

EDGE_REGION = "us-east-1"  # where CloudFront looks for certificates
LONGEST_ANSWER = 120  # seconds; CloudFront API reference, CustomOriginConfig, OriginReadTimeout


def lost_cache_is_a_flood(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.has("cache") and a.cache and a.cache.nodes < 2 and not a.throwaway:
        message = "With one node nothing takes over: when it fails, every read falls on the database at once."
        yield Finding("TF-R060", "cache.nodes", message, "Two nodes, in two zones, or say `throwaway: true`.")


def nodes_stand_in_two_zones(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.cache and a.cache.nodes > 1 and a.network.zones < 2:
        message = f"{a.cache.nodes} nodes stand in for each other only when they are in two zones; the network has one."
        yield Finding("TF-R061", "cache.nodes", message, "Use 2 zones or more, or one node.")


def paths_differ(s: Scene) -> Iterator[Finding]:
    cdn = s.architecture.cdn
    seen: set[str] = set()
    for part, paths in (("static", cdn.static_paths), ("dynamic", cdn.dynamic_paths)) if cdn else ():
        for path in paths:
            if same(path) in seen:
                message = f"{path} is there twice; whoever comes second is never asked."
                yield Finding("TF-R062", f"cdn.{part}.paths", message, "Keep it where it belongs.")
            seen.add(same(path))


def same(path: str) -> str:
    """One text for patterns that match the same paths."""
    while "**" in path:
        path = path.replace("**", "*")
    return "*" if path == "/*" else path


def somebody_answers_the_rest(s: Scene) -> Iterator[Finding]:
    cdn = s.architecture.cdn
    if cdn and "*" not in {same(path) for path in (*cdn.static_paths, *cdn.dynamic_paths)}:
        message = "No pattern matches every other path, and CloudFront must know who answers those."
        yield Finding("TF-R063", "cdn.dynamic.paths", message, 'Add "*" to the paths of dynamic, or of static.')


def error_page_is_not_where_the_error_is(s: Scene) -> Iterator[Finding]:
    cdn = s.architecture.cdn
    asked = answering(cdn.error_page, cdn) if cdn and cdn.error_page else None
    if cdn and asked and asked not in cdn.static_paths:
        message = f"The application answers {asked}, so it would be asked for this page too, and it is what fails."
        hint = f"Put the file into the bucket, below {' or '.join(cdn.static_paths)}."
        yield Finding("TF-R067", "cdn.error_page", message, hint)


def answering(path: str, cdn: Cdn) -> str | None:
    """The pattern that is asked for a path: of those that match, the one that says most. None when none does."""
    patterns = (*cdn.static_paths, *cdn.dynamic_paths)
    found = [pattern for pattern in patterns if re.fullmatch(_regex(pattern), path)]
    return min(found, key=lambda p: (same(p) == "*", p.count("*") + p.count("?") - len(p), p), default=None)


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def edge_enters_by_a_header(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if a.cdn and a.balancer and a.balancer.kind == "network":
        message = "The CDN is known by a header, and a network balancer reads none: anybody could go around the CDN."
        yield Finding("TF-R064", "balancer.kind", message, "Use `kind: application`, or `without: [cdn]`.")


def edge_certificate_is_where_the_edge_looks(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    if not a.cdn or not a.cdn.certificate.startswith("arn:"):
        return
    region = a.cdn.certificate.split(":")[3]
    if region != EDGE_REGION:
        message = f"The certificate is in {region}; CloudFront takes those of {EDGE_REGION} only, whatever the region."
        yield Finding("TF-R065", "cdn.certificate", message, f"Request or import it in {EDGE_REGION}.")
    if not a.domain:
        message = "A certificate is for a name, and the blueprint has no `domain`."
        yield Finding("TF-R066", "cdn.certificate", message, "Give `domain`, or leave `certificate` out.")


def alarms_reach_the_topic(s: Scene) -> Iterator[Finding]:
    """An alarm is where its metric is, and tells topics of its own region only (CloudWatch User Guide)."""
    a = s.architecture
    regions = [a.region, EDGE_REGION] if a.cdn and a.region != EDGE_REGION else [a.region]
    for at, notice in enumerate(a.signals.notify):
        if notice.startswith("arn:") and notice.split(":")[3] not in regions:
            message = f"The topic is in {notice.split(':')[3]}; alarms are in {' and '.join(regions)}."
            hint = f"An alarm tells topics of its own region only: name one in {' or '.join(regions)}."
            yield Finding("TF-R068", ("signals", "notify", str(at)), message, hint)


def edge_waits_as_long_as_the_balancer(s: Scene) -> Iterator[Finding]:
    a = s.architecture
    idle = a.balancer.idle if a.balancer else None
    if not a.cdn or not idle:
        return
    if idle > LONGEST_ANSWER:
        message = f"CloudFront waits {LONGEST_ANSWER} s for an answer or its next part, the balancer {idle} s."
        hint = f"Answers that are silent for longer are cut off at {LONGEST_ANSWER} s; websockets are not concerned."
        yield Finding("TF-R114", "balancer.idle", message, hint)
    elif idle < 2:
        message = "CloudFront keeps connections for 1 s at least, and the balancer would close them in the same second."
        yield Finding("TF-R114", "balancer.idle", message, "Use 2s or more.")


EDGE_RULES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    lost_cache_is_a_flood,
    nodes_stand_in_two_zones,
    paths_differ,
    somebody_answers_the_rest,
    error_page_is_not_where_the_error_is,
    edge_enters_by_a_header,
    edge_certificate_is_where_the_edge_looks,
    alarms_reach_the_topic,
    edge_waits_as_long_as_the_balancer,
)
