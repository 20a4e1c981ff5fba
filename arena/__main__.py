"""The command ``arena``, which ``python -m arena`` is as well."""

import atexit
import os
import signal
import sys


def main() -> None:
    """Run the command line. Ctrl-C ends it without a traceback even while it is being imported."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from arena.cli import main as command_line  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        command_line(prog_name="arena")
    except SystemExit as ended:
        _end(ended.code)


def _end(code: str | int | None) -> None:
    """End at once, with what was printed and registered done: taking a catalogue, its votes and a thousand compiled
    templates apart, object by object, would hold up a build that is finished for another half a second.
    """
    if not isinstance(code, int):
        sys.exit(code)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
