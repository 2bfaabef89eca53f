"""The CDN: its paths, its error page, its certificate."""

import json
import re
from collections.abc import Mapping

from tenfold.blueprints.architecture.edge import Cdn, EdgeFunctions
from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

PATHS = 75  # cache behaviours of a distribution: CloudFront Developer Guide, "Quotas"
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
def a_distribution_holds_all_paths(c: Context) -> Findings:
    cdn = c.architecture.cdn
    if cdn and (many := len(cdn.static_paths) + len(cdn.dynamic_paths)) > PATHS:
        message = (
            f"{len(cdn.static_paths)} static and {len(cdn.dynamic_paths)} dynamic paths; CloudFront takes {PATHS}."
        )
        field = max(("static", len(cdn.static_paths)), ("dynamic", len(cdn.dynamic_paths)), key=lambda part: part[1])[0]
        hint = f"Join at least {many - PATHS + 1} of them: /static/* is all below /static/."
        yield Finding("TF-R324", f"cdn.{field}.paths", message, hint)


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


# components/plans/edge_functions.py has the sources; a test holds both equal.
FUNCTION_BYTES = 10_240
DATA_BYTES = 7_168  # of the blueprint's data in a generated function; what is around it has less than 3 KiB
_MANAGED_HEADERS = (
    "strict-transport-security", "x-content-type-options", "x-frame-options", "referrer-policy", "x-xss-protection",
)  # fmt: skip
_REFUSED_HEADERS = (
    "connection|expect|keep-alive|proxy-.+|trailer|upgrade|x-accel-.+|x-amz-cf-.+|x-amzn-.+|x-cache|x-edge-.+"
    "|x-forwarded-proto|x-real-ip|content-encoding|content-length|transfer-encoding|warning|via|set-cookie"
)
_HANDLER = r"\b(function\s+handler\s*\(|(const|let|var)\s+handler\s*=)"


@rule
def one_function_runs_at_an_event(c: Context) -> Findings:
    for functions in _functions(c):
        for event, parts in functions.events.items():
            if event in parts and len(parts) > 1:
                others = " and ".join(f"`{part}`" for part in parts if part != event)
                message = f"A path has one function for an event, and {others} would be a second one at `{event}`."
                hint = f"Do in your code what {others} would do, or leave the code out."
                yield Finding("TF-R270", f"cdn.functions.{event}", message, hint, key=True)


@rule
def own_functions_can_run(c: Context) -> Findings:
    for functions in _functions(c):
        for event in functions.events:
            code, path = getattr(functions, event), f"cdn.functions.{event}"
            if (size := len(code.encode())) > FUNCTION_BYTES:
                message = f"The code has {size:,} bytes; CloudFront takes {FUNCTION_BYTES:,}."
                yield Finding("TF-R271", path, message, "Shorten it: comments and white space count too.", key=True)
            elif code and not re.search(_HANDLER, code):
                message = "CloudFront calls `handler`, and the code has no function of that name."
                example = "request" if event == "request" else "response"
                hint = f"function handler(event) {{ return event.{example}; }}"
                yield Finding("TF-R271", path, message, hint, key=True)


@rule
def generated_functions_are_small(c: Context) -> Findings:
    for functions in _functions(c):
        for field in ("redirects", "headers"):
            size = len(json.dumps(dict(getattr(functions, field))))
            if size > DATA_BYTES:
                message = f"They have {size:,} bytes, and a function of CloudFront has room for {DATA_BYTES:,} of them."
                hint = "Let the application do the rest; with /* one redirect is enough for all paths below it."
                yield Finding("TF-R271", f"cdn.functions.{field}", message, hint, key=True)


@rule
def redirects_lead_elsewhere(c: Context) -> Findings:
    for functions in _functions(c):
        if functions.one_name and not c.architecture.domain:
            message = "There is no `domain` that visitors could be sent to."
            yield Finding("TF-R272", "cdn.functions.one_name", message, "Set `domain`, or leave `one_name` out.")
        for source, target in functions.redirects.items():
            route, below = ("cdn", "functions", "redirects", source), source.removesuffix("*")
            if source.endswith("/*") != target.endswith("/*"):
                message = f"With /* at the end of one, {source} and {target} both need it."
                yield Finding("TF-R272", route, message, f"{below}* to {target.rstrip('/*')}/*, or both without it.")
            elif source == target or (source.endswith("/*") and target.startswith(below)):
                message = f"{source} leads to itself: {target} is below it, and would be redirected again and again."
                yield Finding("TF-R272", route, message, "Redirect to a path outside of it.")
            elif _comes_back(source, functions.redirects):
                message = f"{source} leads to {target}, and further redirects from there to {source} again."
                yield Finding("TF-R272", route, message, "Redirect to a path that no other redirect is for.")


def _comes_back(source: str, redirects: Mapping[str, str]) -> bool:
    """Whether who follows a redirect comes to it again: from /a to /b, and from /b to /a.

    >>> _comes_back("/a/*", {"/a/*": "/b/*", "/b/*": "/a/new/*"}), _comes_back("/a", {"/a": "/b", "/b": "/c"})
    (True, False)
    """
    path, passed = source.removesuffix("*"), set[str]()
    while (here := _redirect_of(path, redirects)) and here not in passed:
        passed.add(here)
        path = redirects[here].removesuffix("*") + path.removeprefix(here.removesuffix("*"))
    return here == source


def _redirect_of(path: str, redirects: Mapping[str, str]) -> str | None:
    """As the edge chooses: the one of exactly this path, else of the longest one that it is below."""
    below = [source for source in redirects if source.endswith("/*") and path.startswith(source[:-1])]
    return path if path in redirects else max(below, key=len, default=None)


@rule
def headers_can_be_set(c: Context) -> Findings:
    for functions in _functions(c):
        for name in functions.headers:
            route = ("cdn", "functions", "headers", name)
            if name.lower() in _MANAGED_HEADERS:
                message = f"CloudFront sets {name} on every answer already."
                yield Finding("TF-R273", route, message, "The application's own wins where it sends one.", key=True)
            elif re.fullmatch(_REFUSED_HEADERS, name.lower()):
                message = f"Functions of CloudFront may not set {name}: the visitor would get an error (502)."
                yield Finding("TF-R273", route, message, "Let the application send it.", key=True)


# CloudFront Developer Guide, "Restrictions on all edge functions": the two kinds cannot be combined in viewer events.
@rule
def viewers_meet_one_kind_of_function(c: Context) -> Findings:
    for functions in _functions(c):
        kept = [part for parts in functions.events.values() for part in parts]
        for event in _lambdas(c):
            if kept and event.startswith("viewer_"):
                fields = " and ".join(f"`{part}`" for part in dict.fromkeys(kept))
                message = (
                    f"CloudFront runs either its own functions or Lambda@Edge at viewers' events, and {fields} of "
                )
                message += "`cdn.functions` is a function of its own."
                origin = event.replace("viewer_", "origin_")
                hint = f"Attach it as `{origin}`, or do all of it in one kind."
                yield Finding("TF-R321", f"cdn.lambdas.{event}", message, hint, key=True)


@rule
def a_body_goes_to_a_function_of_requests(c: Context) -> Findings:
    cdn = c.architecture.cdn
    if c.is_refused("cdn.lambdas"):  # the version may be the mistake
        return
    if cdn and cdn.lambdas.body and not any(event.endswith("_request") for event in cdn.lambdas.versions):
        message = "No function would get the body: only those of requests can."
        hint = "Set `viewer_request` or `origin_request`, or leave `body` out."
        yield Finding("TF-R322", "cdn.lambdas.body", message, hint, key=True)


def _lambdas(c: Context) -> Mapping[str, str]:
    return c.architecture.cdn.lambdas.versions if c.architecture.cdn else {}


def _functions(c: Context) -> tuple[EdgeFunctions, ...]:
    return (c.architecture.cdn.functions,) if c.architecture.cdn else ()
