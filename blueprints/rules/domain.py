"""The domain, its zone and its certificate."""

from tenfold.blueprints.rules.rule import Context, Finding, Findings, rule

LONGEST_CERTIFICATE_NAME = 64  # characters; ACM API reference, RequestCertificate, DomainName
_PRODUCTION = ("prod", "production", "live")


@rule
def zone_needs_a_domain(c: Context) -> Findings:
    if c.is_set("zone") and not c.architecture.domain:
        message = "A zone holds the records of a domain, and the blueprint has no `domain`."
        yield Finding("TF-R012", "zone", message, "Set `domain`, or leave `zone` out.")


@rule
def domain_is_in_its_zone(c: Context) -> Findings:
    a = c.architecture
    if a.domain and a.zone_name and a.domain != a.zone_name and not a.domain.endswith(f".{a.zone_name}"):
        message = f"{a.domain} is not in the zone {a.zone_name}, which therefore cannot hold its records."
        yield Finding("TF-R029", "zone", message, "Name the domain's own zone, or one above it.")


@rule
def domain_fits_a_certificate(c: Context) -> Findings:
    a = c.architecture
    if a.domain and a.balancer and a.balancer.certificate == "managed" and len(a.domain) > LONGEST_CERTIFICATE_NAME:
        message = f"A certificate's name has at most {LONGEST_CERTIFICATE_NAME} characters; this has {len(a.domain)}."
        yield Finding("TF-R030", "domain", message, "Use a shorter name, or a certificate of your own.")


@rule
def production_is_encrypted(c: Context) -> Findings:
    """Up to the balancer. Stages 1 and 2 describe the TLS of the one server on their own pages."""
    a = c.architecture
    if c.environment not in _PRODUCTION or not a.balancer or a.domain or a.balancer.certificate != "managed":
        return
    message = "Without a domain there is no certificate, so visitors reach the balancer over plain HTTP."
    hint = "Set `domain`; from stage 4 on the CDN's own name answers over TLS without one."
    if a.cdn:
        message = "Without a domain visitors have TLS to the CDN's own name, and from there it is plain HTTP."
        hint = "Set `domain`, and the way from the CDN to the balancer is encrypted too."
    yield Finding("TF-R116", "domain", message, hint)
