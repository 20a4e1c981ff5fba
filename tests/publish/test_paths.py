"""Where pages lie, and relative links between any two of them."""

from __future__ import annotations

import posixpath

from hypothesis import given
from hypothesis import strategies as st

from arena.publish import paths
from arena.records import Axis

segment = st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True)
page = st.lists(segment, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".html")


def test_every_kind_of_board_has_a_page_of_its_own() -> None:
    assert paths.board_path(Axis("edit")) == "boards/edit/index.html"
    assert paths.board_path(Axis("edit", "logo")) == "boards/edit/logo.html"
    assert paths.board_path(Axis("edit", "", "zh")) == "boards/edit/lang-zh.html"
    assert paths.board_path(Axis("edit", "logo", "zh")) == "boards/edit/logo-zh.html"


@given(page, page)
def test_a_link_leads_from_one_page_to_the_other(source: str, target: str) -> None:
    reached = posixpath.normpath(posixpath.join(posixpath.dirname(source), paths.linker(source)(target)))
    assert reached == target


def test_a_link_within_the_page_is_a_bare_fragment() -> None:
    link = paths.linker("models/acme/one.html")
    assert link("models/acme/one.html#prices") == "#prices"
    assert link("models/acme/two.html#prices") == "../../models/acme/two.html#prices"
