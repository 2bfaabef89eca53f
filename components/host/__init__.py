"""The software of a host: what it runs (plan), as cloud-config text (config).

from components.host import Application, HostPlan, cloud_config
"""

from components.host.config import cloud_config
from components.host.plan import Application, Database, Health, HostPlan, Jobs, Lifecycle, Pooler, Proxy, Worker
from components.host.registry import repository_arns

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
