"""The rules of the audit: each finds what it is for, none finds honest voters, and one that finds too much stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.records import Origin, Outcome, Vote
from arena.votes.audit import RULES, Thresholds, Verdict, judge, report_from_json, report_json, statements
from arena.votes.audit.crowd import clicking_log_e_values, left_odds, log_beta_mixture, log_gamma
from arena.votes.audit.rules import count_bound, successes_bound
from arena.votes.audit.vote_arrays import vote_arrays
from arena.votes.table import votes_table
from tests.votes.examples import vote_lists

START = datetime(2026, 8, 3, 9, tzinfo=UTC)
MODELS = [f"maker/model-{number}" for number in range(12)]
STRENGTH = dict(zip(MODELS, np.linspace(-1.5, 1.5, 12), strict=True))


def honest_votes(voters: int = 120, each: int = 25, seed: int = 1) -> list[Vote]:
    """Votes that follow the models' strengths, a minute apart, by voters with a life of their own."""
    rng = np.random.default_rng(seed)
    found = []
    for voter in range(voters):
        start = START + timedelta(minutes=int(rng.integers(60 * 24 * 20)))
        for number in range(each):
            left, right = (MODELS[place] for place in rng.choice(12, 2, replace=False))
            liked = rng.random() < 1 / (1 + np.exp(STRENGTH[right] - STRENGTH[left]))
            outcome = Outcome.TIE if rng.random() < 0.1 else Outcome.LEFT if liked else Outcome.RIGHT
            found.append(
                Vote(
                    battle=f"{voter}-{number}",
                    at=start + timedelta(minutes=number),
                    arena="text-to-image",
                    category="photo",
                    language="en",
                    left=left,
                    right=right,
                    outcome=outcome,
                    voter=f"v{voter}",
                    dwell_ms=int(rng.integers(1500, 20_000)),
                    origin=Origin.SIMULATED,
                )
            )
    return found


HONEST = honest_votes()


def _of(voter: str, count: int, **changes: object) -> list[Vote]:
    """Votes of one more voter, like honest ones but for what is changed."""
    one = honest_votes(1, count, seed=sum(voter.encode()))
    return [replace(vote, battle=f"{voter}-{place}", voter=voter, **changes) for place, vote in enumerate(one)]  # type: ignore[arg-type]


def _preferring(votes: list[Vote], model: str) -> list[Vote]:
    """The same voters, but every battle is the model's and it wins."""
    changed = []
    for vote in votes:
        other = vote.right if vote.right != model else MODELS[0]
        changed.append(replace(vote, left=model, right=other, outcome=Outcome.LEFT))
    return changed


def _judged(
    bad: list[Vote], networks: dict[str, str] | None = None, without: frozenset[str] = frozenset()
) -> tuple[set[str], Verdict]:
    """The voters in quarantine, and the verdict, of honest votes and some others."""
    votes = HONEST + bad
    table = votes_table(votes)
    if networks is not None:
        table = table.append_column("network", pa.array([networks.get(vote.voter, "") for vote in votes]))
    verdict = judge(table, without=without)
    return {vote.voter for vote, aside in zip(votes, verdict.quarantined, strict=True) if aside}, verdict


def _rules(verdict: Verdict) -> set[str]:
    return {rule.rule for rule in verdict.report.rules if rule.votes}


def test_honest_votes_all_count() -> None:
    found, verdict = _judged([])
    assert found == set()
    assert verdict.report.counted == verdict.report.votes == len(HONEST)
    assert verdict.report.models == ()


def test_velocity_sets_aside_the_crowded_minute_alone() -> None:
    calm = _of("bot", 20)
    crowd = [
        replace(vote, battle=f"crowd-{n}", at=START + timedelta(days=30, seconds=n))
        for n, vote in enumerate(_of("bot", 40))
    ]
    _, verdict = _judged(calm + crowd)
    assert _rules(verdict) == {"velocity"}
    assert verdict.report.quarantined == 40
    _, verdict = _judged(crowd[:30])
    assert verdict.report.quarantined == 0


def test_snap_decisions_set_aside_the_voter_and_a_single_one_itself() -> None:
    found, verdict = _judged(_of("bot", 12, dwell_ms=500))
    assert (found, _rules(verdict)) == ({"bot"}, {"snap"})
    _, verdict = _judged(_of("v", 12)[:11] + _of("v", 12, dwell_ms=249)[11:])
    assert verdict.report.quarantined == 1
    _, verdict = _judged(_of("v", 12, dwell_ms=None))
    assert verdict.report.quarantined == 0
    assert next(rule.judged for rule in verdict.report.rules if rule.rule == "snap") == len(HONEST)


@pytest.mark.parametrize("side", [Outcome.LEFT, Outcome.RIGHT])
def test_a_voter_of_one_side_is_set_aside(side: Outcome) -> None:
    found, verdict = _judged(_of("bot", 20, outcome=side))
    assert found == {"bot"} and "one-sided" in _rules(verdict)
    assert _judged(_of("v", 12, outcome=side))[0] == set()
    assert _judged(_of("v", 40, outcome=Outcome.BOTH_BAD))[0] == set()


def test_a_voter_against_everyone_is_set_aside() -> None:
    turned = {Outcome.LEFT: Outcome.RIGHT, Outcome.RIGHT: Outcome.LEFT, Outcome.TIE: Outcome.TIE}
    contrary = [replace(vote, outcome=turned[vote.outcome]) for vote in _of("contrary", 80)]
    found, verdict = _judged(contrary)
    assert (found, _rules(verdict)) == ({"contrary"}, {"disagreement"})


@pytest.mark.parametrize(
    ("rates", "clickers", "each"),
    [((0.25, 0.25, 0.25, 0.25), 4, 60), ((0.45, 0.45, 0.1, 0.0), 1, 300)],
    ids=["any button", "buttons as often as people"],
)
def test_random_clickers_who_wait_as_people_do_are_set_aside(
    rates: tuple[float, ...], clickers: int, each: int
) -> None:
    rng = np.random.default_rng(5)
    votes = [vote for number in range(clickers) for vote in _of(f"random{number}", each)]
    buttons = [Outcome.LEFT, Outcome.RIGHT, Outcome.TIE, Outcome.BOTH_BAD]
    clicks = [replace(vote, outcome=buttons[rng.choice(4, p=rates)]) for vote in votes]
    found, verdict = _judged(clicks)
    assert (found, _rules(verdict)) == ({f"random{number}" for number in range(clickers)}, {"disagreement"})


def test_the_e_values_of_the_crowd_keep_their_promise() -> None:
    votes = vote_arrays(votes_table(HONEST))
    trusted = np.ones(len(votes), np.bool_)
    values = np.exp(clicking_log_e_values(votes, left_odds(votes, trusted), trusted))
    assert values.mean() < 1.0
    assert (values > 100).mean() <= 0.01


@given(st.floats(1e-6, 1e6))
def test_the_logarithm_of_the_gamma_function_is_right(value: float) -> None:
    from math import lgamma  # noqa: PLC0415

    assert float(log_gamma(np.array([value]))[0]) == pytest.approx(lgamma(value), rel=1e-12, abs=1e-12)


def test_the_chances_of_a_coin_sum_to_one() -> None:
    from math import comb  # noqa: PLC0415

    heads = np.arange(13.0)
    likely = np.exp(log_beta_mixture(heads, np.full(13, 12.0), np.full(13, 0.3), 10.0))
    assert sum(comb(12, int(k)) * one for k, one in zip(heads, likely, strict=True)) == pytest.approx(1.0)


def test_voters_of_one_model_are_set_aside_though_they_made_it_usual() -> None:
    bots = [vote for number in range(20) for vote in _preferring(_of(f"bot{number}", 10), MODELS[3])]
    found, verdict = _judged(bots)
    assert found == {f"bot{number}" for number in range(20)}
    assert "favourite" in _rules(verdict)
    (target,) = [model for model in verdict.report.models if model.model == MODELS[3]]
    assert (target.quarantined, target.raised, target.sunk) == (200, 200, 0)


def test_voters_of_one_network_who_push_one_model_now_and_then_are_set_aside() -> None:
    bots = [
        replace(vote, outcome=Outcome.LEFT if vote.left == MODELS[2] else Outcome.RIGHT)
        if MODELS[2] in (vote.left, vote.right) else vote
        for number in range(8) for vote in _of(f"bot{number}", 25)
    ]  # fmt: skip
    networks = {f"bot{number}": "n1" for number in range(8)} | {f"v{number}": "campus" for number in range(60)}
    found, verdict = _judged(bots, networks)
    assert _rules(verdict) == {"linked", "disagreement"}
    assert found <= {f"bot{number}" for number in range(8)} and len(found) >= 6
    assert _judged(bots)[0] == set()


def test_newcomers_who_lie_about_one_model_now_and_then_raise_an_alert_and_nothing_else() -> None:
    target, liars = MODELS[2], list[Vote]()
    for vote in honest_votes(30, 8, seed=9):
        late = replace(vote, voter=f"late-{vote.voter}", battle=f"late-{vote.battle}", at=vote.at + timedelta(days=28))
        lie = Outcome.LEFT if vote.left == target else Outcome.RIGHT
        liars.append(replace(late, outcome=lie) if target in (vote.left, vote.right) else late)
    found, verdict = _judged(liars)
    assert len(found) <= 1
    assert [alert.model for alert in verdict.report.alerts] == [target]
    (alert,) = verdict.report.alerts
    assert alert.wins == alert.battles > 2 * alert.expected
    assert alert.deviations > 4
    assert alert.since >= "2026-08-31"
    assert report_from_json(report_json(verdict.report)) == verdict.report
    assert _judged([])[1].report.alerts == ()


def test_a_farmed_pair_is_set_aside_and_the_rest_of_its_voter_counts() -> None:
    farmed = [
        replace(vote, left=MODELS[0], right=MODELS[1], battle=f"f-{n}") for n, vote in enumerate(_of("farmer", 12))
    ]
    _, verdict = _judged(_of("farmer", 30) + farmed)
    assert {rule.rule: rule.votes for rule in verdict.report.rules if rule.votes}.get("farmed", 0) >= 12
    assert verdict.report.quarantined < 20


def test_a_burst_for_one_model_is_set_aside() -> None:
    start = START + timedelta(days=5)
    bots = [
        replace(vote, at=start + timedelta(seconds=40 * number + 3 * place))
        for number in range(40)
        for place, vote in enumerate(_preferring(_of(f"bot{number}", 2), MODELS[1]))
    ]
    found, verdict = _judged(bots)
    assert found == {f"bot{number}" for number in range(40)}
    assert _rules(verdict) == {"burst"}


def test_a_rule_that_would_exclude_more_than_a_tenth_stops_and_says_so() -> None:
    clickers = [vote for number in range(20) for vote in _of(f"bot{number}", 20, outcome=Outcome.LEFT)]
    votes = HONEST + clickers
    verdict = judge(votes_table(votes), without=frozenset({"disagreement"}))
    assert [rule.rule for rule in verdict.report.stopped] == ["one-sided"]
    assert (verdict.report.quarantined, verdict.report.unknown) == (0, 400)
    assert verdict.report.counted == len(HONEST)
    bold = judge(votes_table(votes), thresholds=Thresholds(share_limit=0.5), without=frozenset({"disagreement"}))
    assert (bold.report.quarantined, bold.report.unknown) == (400, 0)


def test_every_rule_has_its_words_with_its_thresholds() -> None:
    words = statements(Thresholds(minute_votes=77))
    assert list(words) == list(RULES)
    assert "77" in words["velocity"]


def test_a_report_comes_back_from_json() -> None:
    report = judge(votes_table(HONEST + _of("bot", 20, outcome=Outcome.LEFT))).report
    assert report_from_json(report_json(report)) == report
    for text in ("[]", "{}", '{"rules": 7}', "x"):
        with pytest.raises(ValueError):
            report_from_json(text)


@given(vote_lists)
@settings(max_examples=12)
def test_every_vote_is_counted_quarantined_or_unknown(votes: list[Vote]) -> None:
    verdict = judge(votes_table(votes))
    report = verdict.report
    assert report.votes == len(votes) == report.counted + report.quarantined + report.unknown
    assert not (verdict.quarantined & verdict.unknown).any()


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_votes_and_the_names_of_voters_change_nothing(seed: int) -> None:
    votes = HONEST[:1500] + _of("bot", 40, outcome=Outcome.LEFT)
    order = np.random.default_rng(seed).permutation(len(votes))
    names = {vote.voter: vote.voter[::-1] + "-renamed" for vote in votes}
    before = judge(votes_table(votes))
    after = judge(votes_table(replace(votes[place], voter=names[votes[place].voter]) for place in order))
    assert before.report == after.report
    assert np.array_equal(before.quarantined[order], after.quarantined)


@given(st.integers(1, 60), st.floats(0.05, 0.95), st.integers(0, 60))
def test_the_bounds_hold(trials: int, chance: float, successes: int) -> None:
    from math import comb, exp, factorial  # noqa: PLC0415

    least = min(successes, trials)
    tail = sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(least, trials + 1))
    bound = float(successes_bound(np.array([float(least)]), np.array([float(trials)]), np.array([trials * chance]))[0])
    assert exp(bound) >= tail * (1 - 1e-9)
    mean = trials * chance
    rest = 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(least))
    assert exp(float(count_bound(np.array([float(least)]), np.array([mean]))[0])) >= rest - 1e-9
