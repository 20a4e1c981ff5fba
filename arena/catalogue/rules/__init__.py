"""Rules on what the files say, beyond whether it fits together: each takes a catalogue and yields its findings.

An error has to be mended before anything is built. A warning points at what is odd or old and may stand. Where a rule
says so, a ``note`` beside the value that gives the reason settles the finding: real anomalies are kept and explained.
"""

from arena.catalogue.rules.dates import (
    check_early_stories,
    check_mentioned_dates,
    check_predecessor_dates,
    check_release_stories,
    check_stated_dates,
    check_withdrawals,
)
from arena.catalogue.rules.names import (
    check_aliases,
    check_board_names,
    check_names,
    check_provider_ids,
    check_reserved_ids,
    check_same_stories,
)
from arena.catalogue.rules.playground import check_playground
from arena.catalogue.rules.prices import check_cents, check_overlaps, check_siblings
from arena.catalogue.rules.prompts import check_alike_prompts, check_directions, check_scripts
from arena.catalogue.rules.sources import check_missing_sources, check_old_sources
from arena.catalogue.rules.text_models import check_text_benchmarks, check_text_prices, check_text_speeds

ERROR_RULES = (
    check_names,
    check_aliases,
    check_provider_ids,
    check_overlaps,
    check_cents,
    check_text_benchmarks,
    check_text_prices,
    check_text_speeds,
    check_release_stories,
    check_stated_dates,
    check_predecessor_dates,
    check_withdrawals,
    check_scripts,
    check_directions,
    check_board_names,
    check_reserved_ids,
    check_playground,
)
WARNING_RULES = (
    check_siblings,
    check_early_stories,
    check_mentioned_dates,
    check_same_stories,
    check_alike_prompts,
    check_missing_sources,
)

__all__ = ["ERROR_RULES", "WARNING_RULES", "check_old_sources"]
