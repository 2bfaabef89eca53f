"""Blocks of addresses that networks are chosen by."""

from ipaddress import IPv4Network

PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))  # RFC 1918
DOCKER = IPv4Network("172.17.0.0/16")  # Docker's default bridge, on every server
