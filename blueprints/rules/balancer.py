"""The load balancer: its kind, its routes, its certificate, its time-out behind the CDN."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule
from tenfold.blueprints.source.words import nearest

LONGEST_ANSWER = 120  # seconds; CloudFront API reference, CustomOriginConfig, OriginReadTimeout
MAX_RULES, MAX_WILDCARDS = 100, 6  # Application Load Balancers' user guide, "Quotas"


@rule
def sticky_sessions_have_a_use(c: Context) -> Findings:
    a = c.architecture
    if a.balancer and a.balancer.sticky and a.sessions.store == "cache":
        message = "Sessions live in the cache, where every server finds them: stickiness only spreads load less evenly."
        yield Finding("TF-R002", "balancer.sticky", message, "Remove `sticky`, or `sessions: {store: none}`.")


@rule
def certificate_needs_a_domain(c: Context) -> Findings:
    a = c.architecture
    if a.balancer and not a.domain and c.is_set("balancer.certificate"):
        message = "A certificate is issued for a name, and the blueprint has no `domain`."
        yield Finding("TF-R010", "balancer.certificate", message, "Set `domain`, or leave `certificate` out.")


@rule
def certificate_is_in_the_region(c: Context) -> Findings:
    a = c.architecture
    if not a.balancer or not a.balancer.certificate.startswith("arn:"):
        return
    region = a.balancer.certificate.split(":")[3]
    if region and region != a.region:
        message = f"The certificate is in {region}, the balancer in {a.region}."
        yield Finding("TF-R011", "balancer.certificate", message, f"Request or import it in {a.region}.")


@rule
def network_balancer_reads_no_requests(c: Context) -> Findings:
    balancer = c.architecture.balancer
    if not balancer or balancer.kind != "network":
        return
    message = "A network balancer forwards connections and does not read requests"
    if balancer.routes:
        yield Finding("TF-R013", "balancer.routes", f"{message}: it cannot route.", "Use `kind: application`.")
    if balancer.sticky:
        yield Finding("TF-R013", "balancer.sticky", f"{message}: it sets no cookie.", "Use `kind: application`.")
    if balancer.idle:
        hint = "Leave it out, or use `kind: application`."
        yield Finding("TF-R013", "balancer.idle", f"{message}: it keeps flows for 350 s.", hint)
    if c.is_set("balancer.algorithm") and balancer.algorithm != "round-robin":
        hint = "Leave it out, or use `kind: application`."
        yield Finding("TF-R013", "balancer.algorithm", f"{message}: it spreads flows by hash.", hint)


@rule
def cdn_needs_an_application_balancer(c: Context) -> Findings:
    a = c.architecture
    if a.cdn and a.balancer and a.balancer.kind == "network":
        message = "The CDN sends a secret header that a network balancer cannot check: anyone could go around the CDN."
        yield Finding("TF-R064", "balancer.kind", message, "Use `kind: application`, or `without: [cdn]`.")


@rule
def routes_lead_to_a_service(c: Context) -> Findings:
    balancer, services = c.architecture.balancer, c.architecture.services
    for pattern, target in (balancer.routes if balancer else {}).items():
        if target == "app":
            continue
        near = " Did you mean app?" if nearest(target, ["app"]) else ""
        message = f"There is no service `{target}` to answer {pattern}; further services come with stage 6."
        hint = f"At this stage every route leads to `app`.{near}"
        if c.architecture.has("services"):
            known = "a route leads to `app`" if target in services else f"there is no service `{target}`"
            message = f"Routes of services are theirs; here {known}."
            hint = f"Write `services: {{{target}: {{route: {pattern}}}}}`, or `app`."
        yield Finding("TF-R022", ("balancer", "routes", pattern), message, hint)


@rule
def routes_are_within_the_limits(c: Context) -> Findings:
    a = c.architecture
    routes = a.balancer.routes if a.balancer else {}
    free = MAX_RULES - 1 if a.cdn else MAX_RULES  # one rule lets the CDN in
    if (many := len(routes) + len(a.running_services)) > free:
        other = ", and the CDN needs one of them" if a.cdn else ""
        message = f"{many} routes; a balancer takes {MAX_RULES} rules{other}."
        yield Finding("TF-R033", "balancer.routes", message, "Join some, or let the application route.", key=True)
    for name, service in a.running_services.items():
        if (wildcards := service.route.count("*") + service.route.count("?")) > MAX_WILDCARDS:
            message = f"{wildcards} wildcards; a balancer takes {MAX_WILDCARDS} in a route."
            yield Finding("TF-R033", f"services.{name}.route", message, "Use fewer wildcards.")
    for pattern in routes:
        if (wildcards := pattern.count("*") + pattern.count("?")) > MAX_WILDCARDS:
            message = f"{wildcards} wildcards; a balancer takes {MAX_WILDCARDS} in a route."
            yield Finding("TF-R033", ("balancer", "routes", pattern), message, "Use fewer wildcards.", key=True)


@rule
def cdn_can_wait_as_long(c: Context) -> Findings:
    a = c.architecture
    idle = a.balancer.idle if a.balancer else None
    if not a.cdn or not idle:
        return
    if idle > LONGEST_ANSWER:
        message = f"CloudFront waits at most {LONGEST_ANSWER} s for an answer or its next part, the balancer {idle} s."
        hint = f"Answers that pause for longer are cut off after {LONGEST_ANSWER} s; websockets are not affected."
        yield Finding("TF-R114", "balancer.idle", message, hint)
    elif idle < 2:
        message = "CloudFront keeps connections for at least 1 s, and the balancer would close them in the same second."
        yield Finding("TF-R114", "balancer.idle", message, "Use 2s or more.")
