"""Where the program begins: Ctrl-C is heard from here on, while the command line is still being imported.

Until a command runs there is nothing to tidy up: the press ends the process (flows.running.interruption does the rest).
"""

import gc
import signal
import sys
from pathlib import Path

from flows.running.leaving import leave_at_once

if sys.path[0] == str(Path.cwd()) != str(Path(__file__).resolve().parents[1]):
    del sys.path[0]  # `python -m` looks there first, and a home has a folder `reports`, as the program has

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, leave_at_once)


def main() -> int:
    """Run this process's own command; return the exit code."""
    gc.disable()  # until all is imported: flows.cli lets it begin
    from flows.cli import main as command

    return command()


if __name__ == "__main__":
    raise SystemExit(main())
