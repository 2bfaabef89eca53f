"""CloudFront, from stage 4."""

from typing import Annotated, Literal

from pydantic import Field

from tenfold.blueprints.grammar import units
from tenfold.blueprints.grammar.fields import Section, optional
from tenfold.blueprints.grammar.forms import Measured, Spelled

CdnPath = Annotated[str, Spelled(
    "TF-V041", r"[/*][A-Za-z0-9_.*$/~\"'@:+&?-]{0,254}", "a path pattern of CloudFront",
    "Begin with / or *, like /static/*; * is any number of characters, ? is one.", 255,
)]  # fmt: skip
PagePath = Annotated[str, Spelled(
    "TF-V042", r"/[A-Za-z0-9/_.~@+-]*[A-Za-z0-9_~@+-]", "the path of a file",
    "It starts with / and names one file, without * and ?: /static/unavailable.html.", 255,
)]  # fmt: skip
CdnCertificate = Annotated[str, Spelled(
    "TF-V023", r"managed|arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+",
    "a certificate", "Write managed, or the ARN of a certificate in ACM of us-east-1.", 512,
)]  # fmt: skip


class Static(Section):
    """Files that are the same for everybody, from a bucket."""

    paths: Annotated[list[CdnPath], Field(min_length=1)] | None = optional("Paths that the bucket answers.", "in-place")
    keep: Annotated[int, Measured(units.DAYS, 1, 3650, "from 1d to 3650d")] | None = optional(
        "How long replaced and deleted files can be restored.", "in-place"
    )


class Dynamic(Section):
    """What the application answers."""

    paths: Annotated[list[CdnPath], Field(min_length=1)] | None = optional(
        'Paths that the application answers; "*" is everything else.', "in-place"
    )
    cache: Literal["none", "headers"] | None = optional(
        "Whether the edge keeps answers: never, or by their Cache-Control header.", "in-place"
    )


class Cdn(Section):
    """CloudFront: one name for everything, answered near the visitor where that is possible."""

    static: Static | None = optional("Files from a bucket.", "in-place")
    dynamic: Dynamic | None = optional("Answers of the application.", "in-place")
    error_page: PagePath | None = optional(
        "A file of the bucket, shown while the application does not answer (502, 503, 504).", "in-place"
    )
    price_class: Literal["100", "200", "all"] | None = optional(
        "Where the edge is: 100 (Americas, Europe), 200 (and Asia, Africa, Middle East), all.", "in-place"
    )
    waf: bool | None = optional("A firewall that checks requests at the edge.", "in-place")
    certificate: CdnCertificate | None = optional("TLS certificate of the edge: managed, or an ARN.", "in-place")
