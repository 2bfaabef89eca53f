"""The CDN: its paths, its error page, its certificate."""

import re

from tenfold.blueprints.architecture import Cdn
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

EDGE_REGION = "us-east-1"  # CloudFront takes certificates from there, and its metrics are there


@rule
def paths_differ(c: Context) -> Findings:
    cdn = c.architecture.cdn
    seen: set[str] = set()
    for part, paths in (("static", cdn.static_paths), ("dynamic", cdn.dynamic_paths)) if cdn else ():
        for path in paths:
            if normal_pattern(path) in seen:
                message = f"{path} is listed twice; the second one is never used."
                yield Finding("TF-R062", f"cdn.{part}.paths", message, "Keep one of them.")
            seen.add(normal_pattern(path))


def normal_pattern(path: str) -> str:
    """The same text for all patterns that match the same paths: `/a/**` is `/a/*`, `/*` is `*`."""
    while "**" in path:
        path = path.replace("**", "*")
    return "*" if path == "/*" else path


@rule
def every_path_has_an_answer(c: Context) -> Findings:
    cdn = c.architecture.cdn
    if cdn and "*" not in {normal_pattern(path) for path in (*cdn.static_paths, *cdn.dynamic_paths)}:
        message = "No pattern matches every other path, and CloudFront needs one for those."
        yield Finding("TF-R063", "cdn.dynamic.paths", message, 'Add "*" to the paths of dynamic, or of static.')


@rule
def error_page_is_in_the_bucket(c: Context) -> Findings:
    cdn = c.architecture.cdn
    pattern = matching_pattern(cdn.error_page, cdn) if cdn and cdn.error_page else None
    if cdn and pattern and pattern not in cdn.static_paths:
        message = f"The application answers {pattern}, so it would also answer this page, while it is failing."
        hint = f"Put the file into the bucket, below {' or '.join(cdn.static_paths)}."
        yield Finding("TF-R067", "cdn.error_page", message, hint)


def matching_pattern(path: str, cdn: Cdn) -> str | None:
    """The pattern that CloudFront uses for a path: of those that match, the most specific one. None if none matches."""
    patterns = (*cdn.static_paths, *cdn.dynamic_paths)
    matching = [pattern for pattern in patterns if re.fullmatch(_regex(pattern), path)]
    return min(matching, key=_generality, default=None)


def _generality(pattern: str) -> tuple[bool, int, str]:
    return normal_pattern(pattern) == "*", pattern.count("*") + pattern.count("?") - len(pattern), pattern


def _regex(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


@rule
def certificate_is_in_the_edge_region(c: Context) -> Findings:
    a = c.architecture
    if not a.cdn or not a.cdn.certificate.startswith("arn:"):
        return
    region = a.cdn.certificate.split(":")[3]
    if region != EDGE_REGION:
        message = f"The certificate is in {region}; CloudFront takes only those of {EDGE_REGION}, whatever the region."
        yield Finding("TF-R065", "cdn.certificate", message, f"Request or import it in {EDGE_REGION}.")
    if not a.domain:
        message = "A certificate is issued for a name, and the blueprint has no `domain`."
        yield Finding("TF-R066", "cdn.certificate", message, "Set `domain`, or leave `certificate` out.")
