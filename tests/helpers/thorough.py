"""How hard a test tries: `make test` a part of what `make test THOROUGH=1` tries."""

import os

THOROUGH = os.environ.get("THOROUGH") == "1"
