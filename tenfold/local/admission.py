"""Who may speak to the local cloud: programs on this machine, no web page.

Every page that a browser shows can send requests to 127.0.0.1. What it sends says where it comes from (Origin,
Sec-Fetch-Site), or, after its name was bound to 127.0.0.1, bears that name (Host). No AWS client sends such a thing.
"""

from collections.abc import Mapping
from typing import Any

# `bucket.localhost` is S3's other way to name a bucket. Nobody can bind a name below localhost (RFC 6761).
_HOSTS = ("127.0.0.1", "localhost")
_MOTO = "/moto-api"  # moto's own pages, not used here: they empty the memory and record requests into a file


def refusal(environ: Mapping[str, Any]) -> str:
    """Why a request is not served; empty where it is."""
    host = environ.get("HTTP_HOST", "").rpartition("@")[2].partition(":")[0].lower()
    if host not in _HOSTS and not host.endswith(".localhost"):
        return f"it is addressed to {host or 'nobody'}, not to 127.0.0.1"
    if "HTTP_ORIGIN" in environ:
        return f"it comes from a web page of {environ['HTTP_ORIGIN']}"
    if environ.get("HTTP_SEC_FETCH_SITE", "none") != "none":  # none: typed by a person into the address bar
        return "it comes from a web page"
    if environ["PATH_INFO"].startswith(_MOTO):
        return "moto's own pages are closed"
    return ""
