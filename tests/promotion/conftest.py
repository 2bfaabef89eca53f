"""moto as the local cloud runs it."""

from tenfold.local.moto import patches  # noqa: F401  to import it is to patch moto
