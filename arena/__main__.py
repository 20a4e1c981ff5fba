"""The command ``arena``, which ``python -m arena`` is as well."""

import signal


def main() -> None:
    """Run the command line. Ctrl-C ends it without a traceback even while it is being imported."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from arena.cli import main as command_line  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.default_int_handler)
    command_line(prog_name="arena")


if __name__ == "__main__":
    main()
