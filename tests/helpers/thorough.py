"""How hard a test tries: without THOROUGH=1 a part of what it tries with it."""

import os

THOROUGH = os.environ.get("THOROUGH") == "1"
# Which damage, which mistakes: SEED=7 tries others.
SEED = int(os.environ.get("SEED") or 1)
