"""docs/audit.md says what the rules say."""

from __future__ import annotations

from arena.votes.audit import Thresholds, statements
from tests.conftest import ROOT


def test_the_page_states_every_rule_with_its_thresholds() -> None:
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    for rule, statement in statements(Thresholds()).items():
        assert f"| {rule} | {statement} |" in page
