"""What an audit says: the words of the rules, docs/audit.md, and JSON that comes back."""

from __future__ import annotations

import pytest

from arena.records import Outcome
from arena.votes.audit import RULES, WAITING_RULES, Thresholds, judge, report_from_json, report_json, statements
from arena.votes.table import votes_table
from tests.conftest import ROOT
from tests.votes.audit.honest_votes import (
    HONEST,
    votes_like,
)


def test_every_rule_has_its_words_with_its_thresholds() -> None:
    words = statements(Thresholds(minute_votes=77))
    assert list(words) == [*RULES, *WAITING_RULES]
    assert "77" in words["velocity"]


def test_a_report_comes_back_from_json() -> None:
    report = judge(votes_table(HONEST + votes_like("bot", 20, outcome=Outcome.LEFT))).report
    assert report_from_json(report_json(report)) == report
    for text in ("[]", "{}", '{"rules": 7}', "x"):
        with pytest.raises(ValueError):
            report_from_json(text)


def test_the_page_states_every_rule_with_its_thresholds() -> None:
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    for rule, statement in statements(Thresholds()).items():
        assert f"| {rule} | {statement} |" in page
