"""Functions that numba compiles, which is loaded when one of them is called.

A compiled function calls compiled functions of its own file only, since numba's cache on disk notices a change only in
the file that a function is in: one elsewhere that calls it would go on running its old copy after an upgrade.

Compiled functions loop over numbers. What numba has to compile for operations on whole arrays is ten times as much, and
every new machine waits for it: ``values[:] = 0.0`` alone takes 2.4 s, for the text of errors that it never raises.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class _Kernel(Generic[P, R]):
    """A function that numba compiles for the types of its arguments when it is first called with them.

    Numba is imported with the first call: half a second that reading ratings, which others computed, does without.
    """

    def __init__(self, function: Callable[P, R], options: dict[str, Any]) -> None:
        update_wrapper(self, function)
        self._function = function
        self._options = options

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._compiled(*args, **kwargs)

    @cached_property
    def _compiled(self) -> Callable[P, R]:
        # What this one calls is in its own file, and numba has to find its own functions there.
        names = self._function.__globals__
        for name, value in list(names.items()):
            if isinstance(value, _Kernel) and value._function.__globals__ is names:
                names[name] = value.for_numba
        return self.for_numba

    @cached_property
    def for_numba(self) -> Callable[P, R]:
        """The function as numba has it, not compiled yet."""
        import numba  # noqa: PLC0415 - see above

        try:
            made = numba.njit(cache=True, nogil=True, error_model="numpy", **self._options)
            return cast("Callable[P, R]", made(self._function))
        except RuntimeError:
            made = numba.njit(nogil=True, error_model="numpy", **self._options)
            return cast("Callable[P, R]", made(self._function))


def compiled(**options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """``numba.njit`` without the GIL, with its cache on disk, or in memory only where no folder can be written.

    Division by zero gives inf as in numpy: without a check before each division, loops can be vectorised.
    """
    return lambda function: _Kernel(function, options)
