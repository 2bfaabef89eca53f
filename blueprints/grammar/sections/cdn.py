"""CloudFront, from stage 4."""

from typing import Annotated

from pydantic import Field

from tenfold.blueprints.choices import DynamicCache, PriceClass
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


# Sources of the limits: CloudFront Developer Guide, "Quotas" and "Restrictions on all edge functions", November 2026.
RedirectSource = Annotated[str, Spelled(
    "TF-V100", r"/[A-Za-z0-9/_.~@+%-]*\*?", "a path to redirect from",
    "It starts with /, and may end in /* for all below it: /old, /blog/*.", 255,
)]  # fmt: skip
RedirectTarget = Annotated[str, Spelled(
    "TF-V101", r"(https://[A-Za-z0-9.-]+)?/[A-Za-z0-9/_.~@+%-]*\*?", "a place to redirect to",
    "A path such as /new or /news/*, or an address such as https://help.example.com/.", 255,
)]  # fmt: skip
HeaderName = Annotated[str, Spelled(
    "TF-V102", r"[A-Za-z][A-Za-z0-9-]{1,63}", "the name of a header",
    "Letters, digits and hyphens: Permissions-Policy.", 64,
)]  # fmt: skip
HeaderText = Annotated[str, Spelled(
    "TF-V103", r"[!-~]([ -~]*[!-~])?", "the value of a header", "One line of ASCII without spaces at its ends.", 1783,
)]  # fmt: skip
Experiment = Annotated[str, Spelled(
    "TF-V016", r"[a-z][a-z0-9-]{1,38}[a-z0-9]", "a name",
    "3 to 40 lower-case letters, digits and hyphens, starting with a letter: new-checkout.", 40,
)]  # fmt: skip
Code = Annotated[str, Spelled(
    "TF-V104", r"[\s\S]{1,10240}", "the code of an edge function", "CloudFront takes 10,240 bytes.", 10_240
)]  # fmt: skip

# Lambda@Edge needs a numbered version in us-east-1, not $LATEST or an alias: "Restrictions on Lambda@Edge".
LambdaVersion = Annotated[str, Spelled(
    "TF-V111", r"arn:aws:lambda:us-east-1:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}:[1-9][0-9]{0,9}",
    "the ARN of a function's version",
    "A numbered version in us-east-1: arn:aws:lambda:us-east-1:123456789012:function:shop-pages:3.", 150,
)]  # fmt: skip


class EdgeFunctions(Section):
    """What the edge itself does to requests and answers, on every path."""

    one_name: bool | None = optional(
        "Whether visitors who come by another name than `domain`, such as CloudFront's own, are sent there.", "in-place"
    )
    redirects: Annotated[dict[RedirectSource, RedirectTarget], Field(max_length=100)] | None = optional(
        "From a path to a path or an https address; with /* at the end of both, all below it.", "in-place"
    )
    headers: Annotated[dict[HeaderName, HeaderText], Field(max_length=20)] | None = optional(
        "Headers of every answer below 400.", "in-place"
    )
    experiments: (
        Annotated[
            dict[Experiment, Annotated[float, Measured(units.PERCENT, 0, 1, "from 0% to 100%")]], Field(max_length=10)
        ]
        | None
    ) = optional(
        "Name of a cookie, and the part of the visitors for whom it is `b`; for the others it is `a`.", "in-place"
    )
    request: Code | None = optional(
        "JavaScript of your own that sees each request before the edge answers.", "in-place"
    )
    response: Code | None = optional("JavaScript of your own, for each answer below 400.", "in-place")


class LambdaFunctions(Section):
    """Functions of Lambda@Edge, which are published outside of the stack: by event, the version that runs."""

    viewer_request: LambdaVersion | None = optional("For each request, before the edge answers.", "in-place")
    origin_request: LambdaVersion | None = optional("For each request that the edge cannot answer.", "in-place")
    origin_response: LambdaVersion | None = optional("For each answer to these, errors too.", "in-place")
    viewer_response: LambdaVersion | None = optional("For each answer below 400.", "in-place")
    body: bool | None = optional("Whether functions of requests get the body.", "in-place")


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
    cache: DynamicCache | None = optional(
        "Whether the edge keeps answers: never, or by their Cache-Control header.", "in-place"
    )


class Cdn(Section):
    """CloudFront: one name for everything, answered near the visitor where that is possible."""

    static: Static | None = optional("Files from a bucket.", "in-place")
    dynamic: Dynamic | None = optional("Answers of the application.", "in-place")
    functions: EdgeFunctions | None = optional("What the edge itself does to requests and answers.", "in-place")
    lambdas: LambdaFunctions | None = optional(
        "Functions of Lambda@Edge, for what the edge itself cannot do.", "in-place"
    )
    error_page: PagePath | None = optional(
        "A file of the bucket, shown while the application does not answer (502, 503, 504).", "in-place"
    )
    price_class: PriceClass | None = optional(
        "Where the edge is: 100 (Americas, Europe), 200 (and Asia, Africa, Middle East), all.", "in-place"
    )
    waf: bool | None = optional("A firewall that checks requests at the edge.", "in-place")
    certificate: CdnCertificate | None = optional("TLS certificate of the edge: managed, or an ARN.", "in-place")
