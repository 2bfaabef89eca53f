"""What: pure data and arithmetic. Never imports Pulumi."""

import os

# No plugin of pydantic looks at our models; searching every installed package for one takes 15 of 200 ms.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
