"""When, and with what: the only room that touches disk, DuckDB, the clock, Prefect and Great Expectations."""

import os

# before any of these libraries is imported: no call home, no GUI backend, room for a slow start
_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "MPLBACKEND": "Agg",
}
for _name, _value in _QUIET.items():
    os.environ.setdefault(_name, _value)
