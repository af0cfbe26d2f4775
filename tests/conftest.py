"""What holds for all tests: no verdict hangs on how fast the machine is, nor on what whoever starts them has set."""

import os

from hypothesis import HealthCheck, settings

# On top of Hypothesis's own choice, which is another one where CI is set.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

for name in ("COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(name, None)  # what is printed here goes to no terminal
for name in ("NO_PROXY", "no_proxy"):
    os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))  # where our servers are
