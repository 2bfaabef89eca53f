"""The software of a host: what it runs (plan), as cloud-config text (config).

from tenfold.components.host import Application, HostPlan, cloud_config
"""

from tenfold.components.host.config import cloud_config
from tenfold.components.host.plan import Application, Database, Health, HostPlan, Jobs, Lifecycle, Pooler, Proxy, Worker
from tenfold.components.host.registry import repository_arns

__all__ = [
    "Application",
    "Database",
    "Health",
    "HostPlan",
    "Jobs",
    "Lifecycle",
    "Pooler",
    "Proxy",
    "Worker",
    "cloud_config",
    "repository_arns",
]
