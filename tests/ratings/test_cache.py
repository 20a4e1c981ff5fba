"""Compiled kernels work wherever the package lies, whether their cache can be written or not."""

import ast
import math
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TypeGuard

import arena

PROGRAM = "from arena.ratings.kernels import win_moments; print(win_moments(0.0)[1])"


def test_kernels_compile_where_no_cache_can_be_written(tmp_path: Path) -> None:
    package = tmp_path / "arena"
    shutil.copytree(Path(arena.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package, package / "ratings"):
        (folder / "__pycache__").write_text("a file where the cache's folder would be")
    nowhere = os.devnull + "/nowhere"
    quiet = {"HOME": nowhere, "XDG_CACHE_HOME": nowhere, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tmp_path)}
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "COV", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=outside | quiet, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert abs(float(done.stdout) - 2 / math.pi) < 1e-12


@cache
def compiled_functions() -> dict[Path, list[ast.FunctionDef]]:
    """All of the program, by file."""
    texts = {path: path.read_text("utf-8") for path in Path(arena.__file__).parent.rglob("*.py")}
    trees = {path: ast.parse(text) for path, text in texts.items() if "@compiled(" in text}
    return {path: [each for each in ast.walk(tree) if is_compiled(each)] for path, tree in trees.items()}


def test_compiled_functions_call_compiled_functions_of_their_own_file_only() -> None:
    """Numba's cache on disk notices a change only in the file of the function itself."""
    names = {function.name for functions in compiled_functions().values() for function in functions}
    assert {"propagate", "go_on", "noise"} <= names
    for path, functions in compiled_functions().items():
        for function in functions:
            calls = (each.func for each in ast.walk(function) if isinstance(each, ast.Call))
            called = {each.id for each in calls if isinstance(each, ast.Name)} & names
            assert called <= {each.name for each in functions}, f"{path}: {function.name}"


def test_compiled_functions_write_number_by_number() -> None:
    """A slice that is written to takes seconds to compile, on every new machine: see arena/ratings/compiling.py."""
    for path, functions in compiled_functions().items():
        for function in functions:
            indexed = [each for each in ast.walk(function) if isinstance(each, ast.Subscript)]
            written = [each.slice for each in indexed if isinstance(each.ctx, ast.Store)]
            assert not any(isinstance(each, ast.Slice) for each in written), f"{path}: {function.name}"


def is_compiled(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "compiled"
        for each in node.decorator_list
    )
