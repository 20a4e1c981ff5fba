"""The votes of an arena on pictures of which something is known in numbers, as rows of the fit with covariates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arena.catalogue.picture_features import PictureFeatures
from arena.rating_settings import RatingSettings
from arena.ratings.arrays import Flags, Floats, Ints
from arena.ratings.covariates import CovariateFit, CovariateRows, Likelihood, fit_covariates
from arena.ratings.strengths import Strengths
from arena.ratings.tally import encode

COMMON = 0.1
"""The share of votes from which a language counts by itself; the most common one is what others are compared with."""
LONGER = "longer"
"""Of prompts, in ``LookEffect.prompts``."""
LEAST_DIFFERENCE = 1e-6
"""Of a feature between the two pictures of some battle: less is none."""
LEAST_OWN = 0.01
"""The share of a feature's differences that who made the pictures does not explain. Of a feature with less (all
pictures of a model have one size, say) votes cannot tell whether it is the feature or the model that wins."""
MOST_MODELS = 2000
"""With votes on known pictures: the matrix of a fit has a row for each, and takes 32 MB for so many."""
TEXTS = ("language", "left", "right", "voter", "prompt", "left_output", "right_output")


@dataclass(frozen=True)
class LookVotes:
    """The votes of an arena on two pictures with features (N), voter by voter and then prompt by prompt.

    ``models`` are the indexes of the models that they are on among those of the strengths (M). ``first`` and ``second``
    index these; ``outcome`` is 1 where the first won, -1 where the second did and 0 for a tie. ``names`` and
    ``deviations`` (F) are of the features that votes can tell of; ``inseparable`` are those that differ between models
    alone. ``left`` and ``right`` index ``values``, the features of each picture, standardised. ``prompt`` is -1 where
    none is named; ``traits`` (T x N) are those of prompts, centred, and called ``trait_names``.
    """

    models: Ints
    first: Ints
    second: Ints
    outcome: Ints
    voter: Ints
    prompt: Ints
    left: Ints
    right: Ints
    values: Floats
    names: tuple[str, ...]
    deviations: Floats
    inseparable: tuple[str, ...]
    traits: Floats
    trait_names: tuple[str, ...]

    @classmethod
    def load(
        cls, votes: ibis.Table, strengths: Strengths, pictures: PictureFeatures, lengths: Mapping[str, int]
    ) -> LookVotes | None:
        """From the rated votes of the arena; None where none of them is on two known pictures."""
        missing = {name: ibis.literal("") for name in TEXTS if name not in votes.columns}
        filled = votes.mutate(**missing) if missing else votes
        texts = {name: filled[name].fill_null("") for name in TEXTS}
        named = filled.filter(texts["left_output"] != "", texts["right_output"] != "")
        rows = named.select("outcome", **texts).to_pyarrow()
        # As a condition of the query, ten thousand names would take longer to write down than all votes to read.
        measured = pa.array(pictures.sums, pa.string())
        sides = (pc.is_in(rows[side], value_set=measured) for side in ("left_output", "right_output"))
        rows = rows.filter(pc.and_(*sides))
        if not len(rows):
            return None
        names: dict[str, tuple[str, ...]] = {}
        codes: dict[str, Ints] = {}
        for name in (*TEXTS, "outcome"):
            names[name], codes[name] = encode([rows[name]])
        order = np.lexsort([codes[name] for name in ("outcome", "right_output", "left_output", "prompt", "voter")])
        codes = {name: column[order] for name, column in codes.items()}
        left, right = (
            np.array([strengths.index_of(name) for name in names[side]], np.int64)[codes[side]]
            for side in ("left", "right")
        )
        models, places = np.unique(np.concatenate([left, right]), return_inverse=True)
        first, second = np.split(places.ravel(), 2)
        sums, shown = encode([rows["left_output"], rows["right_output"]])
        left, right = (side[order] for side in np.split(shown, 2))
        index = {sha256: number for number, sha256 in enumerate(pictures.sums)}
        raw = pictures.values[np.array([index[sha256] for sha256 in sums], np.int64)]
        deviations = raw.std(axis=0)
        scaled = (raw - raw.mean(axis=0)) / np.where(deviations > LEAST_DIFFERENCE, deviations, 1.0)
        varied, separable = _told_of(scaled[left] - scaled[right], first, second, len(models))
        varied &= deviations > LEAST_DIFFERENCE
        kept = varied & separable
        won = np.array([{"left": 1, "right": -1}.get(name, 0) for name in names["outcome"]], np.int64)
        prompt = codes["prompt"]
        traits, trait_names = _traits(names, codes, lengths)
        return cls(
            models=models,
            first=first,
            second=second,
            outcome=won[codes["outcome"]],
            voter=codes["voter"],
            prompt=np.array([code if name else -1 for code, name in enumerate(names["prompt"])], np.int64)[prompt],
            left=left,
            right=right,
            values=scaled[:, kept],
            names=_chosen(pictures.names, kept),
            deviations=deviations[kept],
            inseparable=_chosen(pictures.names, varied & ~separable),
            traits=traits,
            trait_names=trait_names,
        )

    def rows(self) -> tuple[CovariateRows, Ints]:
        """The votes as rows of the fit, and the row of each vote (N). Interactions come after all features."""
        key, parts = self.left, [(self.right, len(self.values)), (self.outcome + 1, 3)]
        trait_codes = np.unique(self.traits.T, axis=0, return_inverse=True)[1].ravel() if len(self.traits) else None
        if trait_codes is not None:
            parts.append((trait_codes, int(trait_codes.max()) + 1))
        # The same picture may be two models' work, so that pictures alone do not name them.
        parts += [(self.first, int(self.first.max()) + 1), (self.second, int(self.second.max()) + 1)]
        for codes, size in parts:
            key = np.unique(key * size + codes, return_inverse=True)[1]
        _, chosen, row, weight = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        x = self.values[self.left[chosen]] - self.values[self.right[chosen]]
        x = np.hstack([x, *(x * trait[chosen, None] for trait in self.traits)])
        outcome = self.outcome[chosen]
        rows = CovariateRows(
            first=self.first[chosen],
            second=self.second[chosen],
            x=x,
            sign=np.where(outcome < 0, -1.0, 1.0),
            draw=outcome == 0,
            weight=weight.astype(np.float64),
        )
        return rows, row

    def fit(self, rows: CovariateRows, strengths: Strengths, settings: RatingSettings, *, shrunk: bool) -> CovariateFit:
        """The fit of these rows, with effects as the votes say, or ``shrunk`` to what foretells other votes best.

        Interactions, of which there are many, are shrunk either way.
        """
        spreads = np.full(rows.x.shape[1], settings.beta)
        groups = np.where(np.arange(len(spreads)) < len(self.names), int(shrunk), 2)
        likelihood = likelihood_of(strengths, settings)
        return fit_covariates(rows, len(self.models), likelihood, settings.sigma, spreads, groups=groups)


def likelihood_of(strengths: Strengths, settings: RatingSettings) -> Likelihood:
    """The noise and the margin of the ratings."""
    return Likelihood(math.sqrt(2.0) * settings.beta, strengths.margin)


def _chosen(names: tuple[str, ...], kept: Flags) -> tuple[str, ...]:
    return tuple(name for name, chosen in zip(names, kept.tolist(), strict=True) if chosen)


def _told_of(x: Floats, first: Ints, second: Ints, models: int) -> tuple[Flags, Flags]:
    """Which features (F) differ within some vote, and which of them by more than by who made the two pictures.

    ``x`` (N x F) are the differences, ``first`` and ``second`` (N) the models of each vote. What the models explain of
    a feature is the least-squares fit of x by a number of each model, first less second.
    """
    varied = np.abs(x).max(axis=0) > LEAST_DIFFERENCE
    if models > MOST_MODELS:
        return varied, varied
    pairs = np.bincount(first * models + second, minlength=models * models).reshape(models, models).astype(np.float64)
    met = pairs + pairs.T
    votes = met.sum(axis=0)
    # A little is added to each, since a common rise of all models explains nothing and leaves the matrix singular.
    laplacian = np.diag(votes * (1.0 + 1e-6)) - met
    sums = np.stack([np.bincount(first, each, models) - np.bincount(second, each, models) for each in x.T], axis=1)
    explained = (np.linalg.solve(laplacian, sums) * sums).sum(axis=0)
    return varied, (x**2).sum(axis=0) - explained > LEAST_OWN * (x**2).sum(axis=0)


def _traits(
    names: Mapping[str, tuple[str, ...]], codes: Mapping[str, Ints], lengths: Mapping[str, int]
) -> tuple[Floats, tuple[str, ...]]:
    """What may change how much looks count (T x N), centred, and the names: length of prompts, and common languages."""
    traits: list[Floats] = []
    called: list[str] = []
    sizes = np.array([math.log2(1 + lengths[name]) if name in lengths else math.nan for name in names["prompt"]])
    size = sizes[codes["prompt"]]
    if not np.isnan(size).all() and np.nanstd(size) > 1e-6:
        # A prompt of unknown length counts as one of mean length.
        traits.append(np.nan_to_num((size - np.nanmean(size)) / np.nanstd(size)))
        called.append(LONGER)
    votes = np.bincount(codes["language"], minlength=len(names["language"]))
    most = int(votes.argmax())
    for code, language in enumerate(names["language"]):
        if language and code != most and votes[code] >= COMMON * votes.sum():
            spoken = (codes["language"] == code).astype(np.float64)
            traits.append(spoken - spoken.mean())
            called.append(language)
    return np.array(traits).reshape(len(traits), len(size)), tuple(called)
