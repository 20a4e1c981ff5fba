"""Rules that the catalogue has to keep: each takes a catalogue and yields its findings. A new rule joins a list here.

An error has to be mended before anything is built. A warning points at what is odd or old and may stand. Where a rule
says so, a ``note`` beside the value that gives the reason settles the finding: real anomalies are kept and explained.
"""

from arena.catalogue.rules.conflicts import check_conflicts
from arena.catalogue.rules.dates import (
    check_early_stories,
    check_effective_dates,
    check_late_stories,
    check_mentioned_dates,
    check_predecessor_dates,
    check_release_dates,
    check_release_stories,
    check_stated_dates,
    check_story_dates,
)
from arena.catalogue.rules.model_facts import check_capabilities, check_outside_ranks, check_terms
from arena.catalogue.rules.names import (
    check_aliases,
    check_board_names,
    check_former_ids,
    check_names,
    check_provider_ids,
    check_reserved_ids,
    check_same_stories,
)
from arena.catalogue.rules.price_tiers import check_tier_order, check_tier_steps
from arena.catalogue.rules.prices import (
    check_cents,
    check_contradicted_sources,
    check_input_images,
    check_overlaps,
    check_shared_prices,
    check_siblings,
)
from arena.catalogue.rules.prompts import check_directions, check_languages, check_scripts, check_similar_prompts
from arena.catalogue.rules.references import (
    check_licence_notices,
    check_messages,
    check_outputs,
    check_playground,
    check_project,
    check_prompt_inputs,
    check_source_facts,
)
from arena.catalogue.rules.sources import check_missing_sources, check_old_sources, check_primary_stories
from arena.catalogue.rules.spellings import check_spellings
from arena.catalogue.rules.states import check_due_states, check_states, check_undated_withdrawals
from arena.catalogue.rules.text_models import (
    check_text_benchmarks,
    check_text_prices,
    check_text_speeds,
    check_token_kinds,
)
from arena.catalogue.rules.unknown import check_references

CROSS_FILE_RULES = (
    check_project,
    check_licence_notices,
    check_messages,
    check_source_facts,
    check_release_dates,
    check_story_dates,
    check_prompt_inputs,
    check_outputs,
)
"""Errors in how files fit together."""
ERROR_RULES = (
    check_names,
    check_aliases,
    check_former_ids,
    check_provider_ids,
    check_overlaps,
    check_cents,
    check_input_images,
    check_tier_order,
    check_text_benchmarks,
    check_text_prices,
    check_token_kinds,
    check_text_speeds,
    check_release_stories,
    check_effective_dates,
    check_stated_dates,
    check_predecessor_dates,
    check_states,
    check_capabilities,
    check_terms,
    check_outside_ranks,
    check_conflicts,
    check_scripts,
    check_directions,
    check_board_names,
    check_reserved_ids,
    check_playground,
)
"""Errors in what files say."""
WARNING_RULES = (
    check_siblings,
    check_tier_steps,
    check_shared_prices,
    check_contradicted_sources,
    check_spellings,
    check_early_stories,
    check_late_stories,
    check_mentioned_dates,
    check_same_stories,
    check_languages,
    check_similar_prompts,
    check_missing_sources,
    check_primary_stories,
    check_undated_withdrawals,
)
DATED_RULES = (check_old_sources, check_due_states)
"""Warnings about what is old or past on a day."""

__all__ = ["CROSS_FILE_RULES", "DATED_RULES", "ERROR_RULES", "WARNING_RULES", "check_references"]
