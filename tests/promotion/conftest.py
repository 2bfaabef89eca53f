"""moto as the local cloud runs it."""

from tenfold.local.moto import patches  # noqa: F401, patches moto by being imported
