"""Clusters of EKS and their machines."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tenfold.blueprints.rules.kubernetes import SUPPORTED_UNTIL
from tenfold.local.aws.rules.values import Inputs, Violations, all_known, is_false, is_true

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


def cluster(inputs: Inputs) -> Violations:
    """CreateCluster, and the four configurations in it: API reference."""
    return [*_version(inputs), *_endpoint(inputs), *_networks(inputs), *_auto_mode(inputs)]


def _version(inputs: Inputs) -> Iterator[tuple[str, str]]:
    """A later one than the calendar says may have come since; one in between, or years ahead, has not."""
    if all_known(inputs, "version"):
        number = str(inputs["version"]).partition(".")[2]
        latest = max(int(version.partition(".")[2]) for version in SUPPORTED_UNTIL)
        if number.isdigit() and int(number) > latest + 3:  # three a year
            yield (
                "version",
                f"{inputs['version']} is not a version of Kubernetes on EKS; the latest known is 1.{latest}",
            )


def _endpoint(inputs: Inputs) -> Iterator[tuple[str, str]]:
    network = _block(inputs, "vpcConfig")
    public = "endpointPublicAccess" not in network or not is_false(network, "endpointPublicAccess")  # the default
    if not public and is_false(network, "endpointPrivateAccess"):
        yield "vpcConfig.endpointPrivateAccess", "must be true where endpointPublicAccess is false"


def _networks(inputs: Inputs) -> Iterator[tuple[str, str]]:
    path, block = "kubernetesNetworkConfig.serviceIpv4Cidr", _block(inputs, "kubernetesNetworkConfig")
    if all_known(block, "serviceIpv4Cidr") and (network := _network(block["serviceIpv4Cidr"])):
        if not 12 <= network.prefixlen <= 24:
            yield path, f"{network} is not between /12 and /24"
        elif not _is_private(network):
            yield path, f"{network} is in none of {', '.join(PRIVATE)}"
    remote = _block(inputs, "remoteNetworkConfig")
    for side in ("remoteNodeNetworks", "remotePodNetworks"):
        for at, text in enumerate(_block(remote, side).get("cidrs") or ()):
            if (network := _network(text)) and not _is_private(network):
                yield f"remoteNetworkConfig.{side}.cidrs[{at}]", f"{network} is in none of {', '.join(PRIVATE)}"


def _auto_mode(inputs: Inputs) -> Iterator[tuple[str, str]]:
    """Its three parts are switched on and off together."""
    parts = {
        "computeConfig.enabled": _block(inputs, "computeConfig"),
        "kubernetesNetworkConfig.elasticLoadBalancing.enabled": _block(
            _block(inputs, "kubernetesNetworkConfig"), "elasticLoadBalancing"
        ),
        "storageConfig.blockStorage.enabled": _block(_block(inputs, "storageConfig"), "blockStorage"),
    }
    on = [path for path, block in parts.items() if is_true(block, "enabled")]
    for path, block in parts.items() if on else ():
        if is_false(block, "enabled"):
            yield path, f"must be true with {on[0]}: Auto Mode is all three"


def node_group(inputs: Inputs) -> Violations:
    """CreateNodegroup, NodegroupScalingConfig."""
    sizes = _block(inputs, "scalingConfig")
    bad: Violations = []
    if all_known(sizes, "minSize", "maxSize"):
        least, most = int(sizes["minSize"]), int(sizes["maxSize"])
        if least > most:
            bad.append(("scalingConfig.minSize", f"{least} is above maxSize {most}"))
        elif all_known(sizes, "desiredSize") and not least <= int(sizes["desiredSize"]) <= most:
            bad.append(("scalingConfig.desiredSize", f"{sizes['desiredSize']} is not between {least} and {most}"))
    return bad


def addon(inputs: Inputs) -> Violations:
    """CreateAddon: ConfigurationValues is a mapping in JSON or YAML."""
    if not all_known(inputs, "configurationValues"):
        return []
    try:
        fits = isinstance(yaml.safe_load(str(inputs["configurationValues"])), Mapping)
    except yaml.YAMLError:
        fits = False
    return [] if fits else [("configurationValues", "is not a mapping in JSON or YAML")]


def _block(inputs: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    block = inputs.get(key)
    return block if isinstance(block, Mapping) else {}


def _network(text: Any) -> Any:
    """None for what another rule names."""
    try:
        return ipaddress.ip_network(str(text))
    except ValueError:
        return None


def _is_private(network: Any) -> bool:
    return network.version == 4 and any(network.subnet_of(ipaddress.ip_network(one)) for one in PRIVATE)
