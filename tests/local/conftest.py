"""moto as the local cloud runs it: its settings are read when it is imported, its gaps are closed before it is used."""

# isort: off
from tenfold.local import serve  # noqa: F401  moto's settings
from tenfold.local.moto import patches  # noqa: F401  patches moto by being imported
