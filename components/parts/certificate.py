"""A certificate that ACM renews by itself, proved by a record in the name's zone."""

from typing import Any

import pulumi
import pulumi_aws as aws

from tenfold.components.parts.names import tags_with_name

# Long enough to delegate a new zone at the registrar while `up` waits; the provider's 75 minutes only delay the news.
VALIDATION = "30m"


def certificate(
    name: str,
    domain: str,
    zone_id: pulumi.Input[str],
    *,
    tags: Any,
    parent: pulumi.Resource,
    region: str | None = None,
    proof: bool = True,
) -> pulumi.Output[str]:
    """Makes the certificate `name` for one domain below `parent`; its ARN is known only once it is valid.

    `region` where it is not the provider's. `proof` False where another certificate of the account for the same name
    has its record already: ACM has one for all regions.
    """
    child = pulumi.ResourceOptions(parent=parent)
    requested = aws.acm.Certificate(
        name, domain_name=domain, validation_method="DNS", region=region, tags=tags_with_name(tags, name), opts=child
    )
    names: list[pulumi.Input[str]] = []
    if proof:
        option = requested.domain_validation_options[0]  # one name, one proof
        record = aws.route53.Record(
            f"{name}-proof",
            zone_id=zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=300,
            allow_overwrite=True,  # the proof is the same for every certificate of the account for this name
            opts=child,
        )
        names.append(record.fqdn)
    valid = aws.acm.CertificateValidation(
        f"{name}-valid",
        certificate_arn=requested.arn,
        validation_record_fqdns=names or None,
        region=region,
        opts=pulumi.ResourceOptions(
            parent=parent, custom_timeouts=pulumi.CustomTimeouts(create=VALIDATION, update=None, delete=None)
        ),
    )
    return valid.certificate_arn
