"""How the program's own templates are compiled: the code that Jinja2 makes of them, with shorter ways to what they use.

For every ``a.b`` Jinja2 asks whether ``b`` is an attribute or an item, at every call whether the function wants the
context, and every text that it escapes becomes ``Markup`` before it is joined to others. Our templates name fields of
records, and of the functions that they call only those that translate want the context. A project's own templates are
compiled as Jinja2 does it.
"""

from __future__ import annotations

from functools import cached_property
from keyword import iskeyword
from pathlib import Path
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escaped_text  # pyrefly: ignore[implicit-reexport]

from arena.template_folders import templates_folder

CODE_VERSION = 1
"""Changes with what is made of a template, so that older code is not taken for it."""
TRANSLATING = frozenset({"_", "gettext", "ngettext"})
"""The functions of every template that want its context."""


class PageCode(CodeGenerator):
    """Makes the code of a template."""

    @cached_property
    def _ours(self) -> bool:
        return self.filename is not None and Path(self.filename).is_relative_to(templates_folder())

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja2's name
        """The whole module, which has our own names first."""
        self.writeline(f"from {__name__} import {PageMacro.__name__}, {written.__name__}")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """An attribute of a record."""
        if not self._ours or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """A call without the context."""
        translates = isinstance(node.node, nodes.Name) and node.node.name in TRANSLATING
        unpacks = node.dyn_args is not None or node.dyn_kwargs is not None
        if not self._ours or translates or unpacks or any(iskeyword(each.key) for each in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """A macro, as a ``PageMacro``."""
        self.write("Page" if self._ours else "")
        super().macro_def(macro_ref, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        context = frame.eval_ctx
        if self._ours and context.autoescape and not context.volatile and finalize.src is None:
            self.write(f"{written.__name__}(")
        else:
            super()._output_child_pre(node, frame, finalize)


class PageMacro(Macro):
    """A macro that takes its arguments in their order, as nearly every call has them, straight to its function."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._plain = not (self.catch_kwargs or self.catch_varargs or self.explicit_caller)

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        """What the macro makes of these arguments, escaped."""
        lacking = self._argument_count - len(args)
        if lacking < 0 or not self._plain or len(kwargs) != self.caller or (kwargs and "caller" not in kwargs):
            return super().__call__(*args, **kwargs)
        made = self._func(*args, *(missing,) * lacking, *kwargs.values())
        return str.__new__(Markup, made)


def written(value: object) -> str:
    """What a page shows of a value: its text, escaped where it is not ``Markup``."""
    # ``escape`` does the same and makes Markup of it, which takes four times as long as the rest.
    if type(value) is str:
        return escaped_text(value)
    return value if type(value) is Markup else escape(value)
