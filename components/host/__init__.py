"""The software of a host: what it runs (plan), as cloud-config text (config).

from tenfold.components.host import Application, HostPlan, cloud_config
"""

from tenfold.components.host.config import cloud_config
from tenfold.components.host.image_registry import repository_arns
from tenfold.components.host.plan import Application, Database, Health, HostPlan, Jobs, Lifecycle, Pooler, Proxy, Worker

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
