"""The integrity page says what the ratings rest on, and how a reader can check it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from arena.catalogue.model_facts import Status
from arena.publish.content.prepare import prepare_site_data
from arena.publish.pages import integrity
from arena.publish.pages.integrity import IntegrityView
from arena.records import Axis, Fragility, Origin
from arena.votes.audit import Alert, AuditReport, RuleFinding, Thresholds, audit_log
from arena.votes.decision_file import AUDIT, LeftOutByDecision, LogDecision, LogDecisions, LogRuling, VoteState
from tests.publish.sites import make_board, make_model, make_rating, make_site_data
from tests.publish.worlds import SharedWorld, World, html_of

DRAW = Axis("draw")


@pytest.fixture(scope="module")
def world(shared_world: SharedWorld) -> World:
    return shared_world()


def view(world: World) -> IntegrityView:
    return cast("IntegrityView", next(integrity.pages(world.site_data)).view)


def test_every_vote_is_counted_by_origin_and_by_what_became_of_it(world: World) -> None:
    shown = view(world)
    assert [(row.label, row.count, row.share) for row in shown.origins] == [("Simulated", "42", "100.0%")]
    assert [(row.label, row.use, row.count) for row in shown.outcomes] == [
        ("The left one is better", "rated", "18"),
        ("The right one is better", "rated", "8"),
        ("Equally good", "rated", "8"),
        ("Both are bad", "not rated: it does not say who is better", "8"),
    ]


def test_simulated_votes_are_said_to_be_no_evidence_and_votes_of_people_are_not(
    world: World, shared_world: SharedWorld
) -> None:
    assert "made up by a program" in view(world).simulated
    assert view(shared_world(origin=Origin.HUMAN)).simulated == ""


def test_shares_are_of_battles_against_an_equal_share(world: World) -> None:
    (part,) = view(world).samplings
    assert [(row.model.id, row.battles, row.share, row.ratio) for row in part.rows] == [
        ("acme/two", "42", "50.0%", "×1.50"),
        ("acme/one", "40", "47.6%", "×1.43"),
        ("zeta/three", "2", "2.4%", "×0.07"),
    ]
    assert part.unseen == ()
    assert "an equal share, 33.3%" in part.caption


def test_models_that_compete_without_a_battle_are_named() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B"), "acme/c": make_model("C", arenas=("edit",))}
    site_data = make_site_data(models, [make_board(DRAW, make_rating("acme/a", 1, 5))])
    (part,) = integrity.integrity_view(site_data).samplings
    assert [model.id for model in part.unseen] == ["acme/b"]


def test_a_first_place_says_how_few_votes_hold_it_up_or_that_none_were_found() -> None:
    models = {"acme/a": make_model("A"), "acme/b": make_model("B")}
    board = make_board(DRAW, make_rating("acme/a", 1, 9, ranks=(1, 2)), make_rating("acme/b", 2, 8, ranks=(1, 2)))
    (firm,) = integrity.integrity_view(make_site_data(models, [board])).first_places
    assert (firm.leader.name, firm.votes, firm.challenger) == ("A", "", None)
    weak = replace(board, fragility=Fragility(5, "acme/b"))
    (found,) = integrity.integrity_view(make_site_data(models, [weak])).first_places
    assert found.challenger is not None
    assert (found.votes, found.share, found.challenger.name, found.others) == (
        "5 votes",
        "25.0%",
        "B",
        "1 other model could be first",
    )


def test_models_that_are_shut_down_keep_their_place() -> None:
    gone: dict[str, Any] = {"status": Status.WITHDRAWN, "shut_down": date(2026, 3, 4)}
    models = {"acme/a": make_model("A", **gone), "acme/b": make_model("B"), "acme/c": make_model("C", **gone)}
    site_data = make_site_data(models, [make_board(DRAW, make_rating("acme/a", 1, 5))])
    rows = integrity.integrity_view(site_data).shut_down
    assert [(row.model.id, row.standing) for row in rows] == [
        ("acme/a", "keeps its place: #1 in text to image"),
        ("acme/c", "not ranked"),
    ]


def test_the_files_of_the_log_are_those_of_its_manifest_and_end_in_the_head(world: World) -> None:
    shown = view(world)
    assert [row.sha256 for row in shown.files] == [entry.sha256 for entry in world.log.entries]
    assert shown.files[-1].chain == shown.head == world.log.head
    assert shown.files[0].votes.endswith("simulated votes")


def report(*, stopped: bool = False) -> AuditReport:
    rules = tuple(
        RuleFinding(name, "decided at once", votes=found, voters=2, judged=judged, stopped=stopped and found > 0)
        for name, found, judged in (("snap", 9, 42), ("one-sided", 0, 42), ("linked", 0, 0))
    )
    return AuditReport(42, 30, 9, 3, 2, rules, (), Thresholds())


def test_what_was_set_aside_when_votes_were_sealed_is_told_period_by_period(world: World) -> None:
    audited = replace(world.site_data, sealed_audits=(report(), report(stopped=True)), audit=None)
    shown = integrity.integrity_view(audited)
    assert [(row.name, row.votes, row.counted, row.quarantined, row.unknown) for row in shown.periods] == [
        ("Period 1", "42", "30", "9", "3"),
        ("Period 2", "42", "30", "9", "3"),
    ]
    (audit,) = shown.audits
    assert audit.summary.startswith("Of 42 simulated votes that waited, 30 went into the log, 9 from 2 voters were set")
    assert [(row.name, row.verdict) for row in audit.rules] == [
        ("Snap", "stopped: too many to be believed, a person has to look"),
        ("One sided", "nothing found"),
        ("Linked", "cannot tell: the log does not say what it needs"),
    ]
    assert "Decided at once" in html_of(world, next(integrity.pages(audited)))


def test_the_page_says_how_far_one_network_counts_and_how_many_votes_wait_for_it(world: World) -> None:
    share = RuleFinding("share", "one network moves a model by more", 7, 3, 42, stopped=False, waits=True)
    audited = replace(report(), rules=(*report().rules, share))
    shown = integrity.integrity_view(replace(world.site_data, sealed_audits=(audited,), audit=None))
    assert "at most 2% of a model’s votes on a board, or for 5 if that is more" in shown.share_rule
    assert "They wait for a person, 7 because of the rule share. Nothing was deleted." in shown.audits[0].summary
    assert shown.audits[0].rules[-1].verdict == "waits: a person has to look"


def test_what_the_rules_find_in_the_log_as_it_stands_is_told(world: World) -> None:
    assert world.site_data.audit
    assert world.site_data.audit() == audit_log(world.log, now=datetime(2026, 12, 1, tzinfo=UTC)).report
    (audit,) = integrity.integrity_view(replace(world.site_data, audit=report)).audits
    assert audit.summary.startswith(
        "The rules judged 42 simulated votes cast in comparisons of two pictures: 30 are rated, 9 are set"
    )


def test_a_log_without_sealed_votes_says_so(world: World) -> None:
    assert world.site_data.sealed_audits == ()
    assert "all of them come from elsewhere" in html_of(world, next(integrity.pages(world.site_data)))


def test_an_alert_is_a_row_that_says_who_and_how_many_votes_wait(world: World) -> None:
    alert = Alert("acme/one", "2026-08-03", 30, 27, 14.2, 4.7)
    alerted = replace(report(), alerts=(replace(alert, weeks=1, focused=True, waiting=31, voters=9), alert))
    shown = integrity.integrity_view(replace(world.site_data, sealed_audits=(alerted,), audit=None))
    waiting, row = shown.audits[0].rules[-2:]
    assert "in the week from 2026-08-03 and cast a large share of their votes on it, where" in waiting.statement
    assert (waiting.votes, waiting.voters, waiting.verdict) == ("31", "9", "these votes wait: a person has to look")
    assert row.statement == (
        "acme/one won 27 of 30 battles with voters who first voted in the 2 weeks from 2026-08-03, where other votes "
        "expect 14.2: 4.7 standard deviations more"
    )
    assert row.verdict == "nothing is set aside for this"


def test_a_large_log_is_not_audited_by_every_build(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena.publish.content.prepare.AUDITED", 41)
    assert prepare_site_data(world.catalogue, world.log, world.ratings).audit is None


def test_an_empty_project_says_what_is_missing(bare_world: World) -> None:
    html = html_of(bare_world, next(integrity.pages(bare_world.site_data)))
    for text in ("holds no votes yet", "No arena has a first place", "The log is empty", "is shut down"):
        assert text in html


def test_votes_that_decisions_leave_out_are_counted_with_why(world: World) -> None:
    """The log has 42 votes."""
    entries = (
        LeftOutByDecision(VoteState.UNKNOWN, ("newcomers/2026-11-02/acme/one",), "", None, 3),
        LeftOutByDecision(VoteState.SET_ASIDE, ("favourite", "burst"), "", None, 2),
        LeftOutByDecision(VoteState.SET_ASIDE, (), "One forum thread", date(2026, 11, 20), 1),
    )
    row = LogDecision("b1", "v1", "", LogRuling.EXCLUDE, ("favourite",), "", AUDIT, datetime(2026, 11, 1, tzinfo=UTC))
    decided = replace(world.site_data, left_out=entries, decisions=LogDecisions((row,)), audit=None)
    shown = integrity.integrity_view(decided)
    assert shown.set_aside_summary.startswith("6 of the 42 votes in the log are not rated.")
    assert [(row.why, row.state, row.votes) for row in shown.set_aside] == [
        ("Found by an alert about acme/one (newcomers, since 2026-11-02)", "waits until a person has looked", "3"),
        ("Found by the rule favourite and the rule burst", "set aside", "2"),
        ("By a person on 2026-11-20: One forum thread", "set aside", "1"),
    ]
    assert shown.decisions_sha256 == LogDecisions((row,)).sha256
    page = html_of(world, next(integrity.pages(decided)))
    assert "One forum thread" in page and shown.decisions_sha256 in page
    assert integrity.integrity_view(world.site_data).set_aside_summary == "No vote of the log was set aside."


def test_the_checks_of_the_votes_are_a_section_and_call_simulated_votes_so(
    world: World, shared_world: SharedWorld
) -> None:
    (checked,) = view(world).checked
    assert "simulated votes by" in checked.summary
    rows = (*checked.look, *checked.unknown, *checked.fine)
    assert len(rows) == 23
    assert {row.verdict for row in rows} <= {"look at this", "cannot tell", "fine"}
    assert "simulated" not in view(shared_world(origin=Origin.HUMAN)).checked[0].summary
    html = html_of(world, next(integrity.pages(world.site_data)))
    assert f'id="checks-{checked.id}"' in html, html[html.index("checks") :][:300]
    assert all(row.question in html for row in rows)
    assert "acme/" not in html[html.index('id="checks"') : html.index('id="firm"')], "models go by their names"
    assert integrity.integrity_view(replace(world.site_data, diagnosis=None)).checked == ()
