"""The command ``arena``, which ``python -m arena`` is as well."""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

WITH_PANDAS = {f"ibis.backends.{engine}" for engine in ("postgres", "pyspark", "clickhouse", "trino", "bigquery")}
"""The parts of Ibis that do not work without pandas: for ``arena rate --votes`` with such an engine."""


class NotUsed:
    """Says to Python's import that pandas and SciPy are not there, unless votes are on an engine that needs pandas."""

    def find_spec(self, fullname: str, _path: Sequence[str] | None, _target: object = None, /) -> None:
        """Raise ImportError for the two; leave all else to the other finders."""
        if fullname in {"pandas", "scipy"} and WITH_PANDAS.isdisjoint(sys.modules):
            raise ModuleNotFoundError(f"no command of arena uses {fullname}", name=fullname)


# No other command uses pandas, but pyarrow imports it with its first array where it finds it: arena rate on 12,411
# votes would take 1.64 s of processor time instead of 1.47, and 358 MB instead of 325 (medians of 9 runs in turns).
# Numba does so with SciPy, which takes half a second.
# Here and not in main, since a worker of arena serve imports this module and calls no main.
sys.meta_path.insert(0, NotUsed())


class LoadedWhenUsed(ModuleType):
    """Stands for a package until something in it is asked for, and hands that over from the package then."""

    def __getattr__(self, name: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def load_when_used(name: str) -> None:
    """Let ``import`` alone not load a package.

    Ibis takes a quarter of a second, and a build after a change of a price or a story asks the votes nothing.
    """
    found = None if name in sys.modules else find_spec(name)
    if found is not None:
        sys.modules[name] = LoadedWhenUsed(name)
        sys.modules[name].__spec__ = found


# Boards are rated side by side, and their matrices are too small for threads of their own, which wait for each other by
# spinning: 143 boards of a million votes took 25 s of processor time on a busy machine, and take 12 with one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


COLLECTED_AFTER = (20_000, 20, 50)
"""How many new objects Python waits for before it looks for unused circles of them. A catalogue is many objects that
stay, which its own 700 has it walk again and again: to import what builds a site and read 1,000 models took 3.9 s of
processor time, and takes 2.9 (medians of 3 runs in turns on a busy machine), with the same memory.
"""


def main() -> None:
    """Run the command line. Ctrl-C ends it without a traceback even while it is being imported."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(*COLLECTED_AFTER)
    load_when_used("ibis")
    from arena.cli import main as command_line  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        command_line(prog_name="arena")
    except SystemExit as ended:
        _end(ended.code)


def _end(code: str | int | None) -> None:
    """End at once, once all that was printed is out and all that was registered for the end is done."""
    if not isinstance(code, int):
        sys.exit(code)
    # A normal end also frees every object, one by one, before the memory goes back anyway. Without that, arena rate on
    # the shipped votes takes 22 to 33% less processor time (2.3 s instead of 2.9; medians of 7 runs in turns), and
    # arena build 10 to 19% less (6.8 s instead of 7.5): python -m benchmarks.site ending FOLDER
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
