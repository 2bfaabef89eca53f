"""The way in: network, balancer, CDN."""

from tenfold.blueprints.architecture.edge import Balancer, Cdn, EdgeFunctions, LambdaFunctions, Network
from tenfold.blueprints.assemble.existing import assemble_existing_network
from tenfold.blueprints.assemble.values import Values


def assemble_network(values: Values) -> Network:
    existing = assemble_existing_network(values)
    zones = len(existing.subnets) if existing else values.at("network.zones")
    return Network(values.at("network.cidr"), zones, values.at("network.nat"), existing)


def assemble_balancer(values: Values) -> Balancer:
    return Balancer(
        kind=values.at("balancer.kind"),
        algorithm=values.at("balancer.algorithm"),
        sticky=values.at("balancer.sticky"),
        idle=values.maybe("balancer.idle"),
        routes=values.under("balancer", "routes"),
        certificate=values.at("balancer.certificate"),
    )


def assemble_cdn(values: Values) -> Cdn:
    return Cdn(
        static_paths=tuple(values.at("cdn.static.paths")),
        static_keep=values.at("cdn.static.keep"),
        dynamic_paths=tuple(values.at("cdn.dynamic.paths")),
        dynamic_cache=values.at("cdn.dynamic.cache"),
        price_class=values.at("cdn.price_class"),
        waf=values.at("cdn.waf"),
        certificate=values.at("cdn.certificate"),
        functions=_edge_functions(values),
        lambdas=_lambda_functions(values),
        error_page=values.maybe("cdn.error_page"),
    )


def _edge_functions(values: Values) -> EdgeFunctions:
    top = ("cdn", "functions")
    fields = values.under(*top)
    return EdgeFunctions(
        one_name=fields["one_name"],
        redirects=values.under(*top, "redirects"),
        headers=values.under(*top, "headers"),
        experiments=values.under(*top, "experiments"),
        request=fields.get("request", ""),
        response=fields.get("response", ""),
    )


def _lambda_functions(values: Values) -> LambdaFunctions:
    fields = values.under("cdn", "lambdas")
    return LambdaFunctions(body=bool(fields.pop("body", False)), versions=fields)
