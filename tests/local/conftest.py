"""moto as the local cloud runs it: its settings are read when it is imported, its gaps are closed before it is used."""

import os

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"

from tenfold.local import patches  # noqa: F401
