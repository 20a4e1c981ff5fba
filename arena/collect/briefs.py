"""From a plan to a job, and from a job to what a gateway is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from arena.catalogue import Catalogue
from arena.collect.checking import NotAPicture, media_type
from arena.collect.jobs import Job, State
from arena.collect.planning import Planned
from arena.collect.shelf import LOCAL
from arena.errors import CollectError
from arena.gateways import Ask, Picture, ask_with


def begin(planned: Planned, *, job_id: str, run: str, now: datetime) -> Job:
    """The job of a planned picture, about to be asked for."""
    return Job(
        id=job_id,
        run=run,
        provider=planned.provider,
        model=planned.model,
        prompt=planned.prompt,
        asked=planned.asked,
        parameters=planned.parameters,
        state=State.ASKING,
        began=now,
        estimate=planned.estimate,
    )


def in_doubt(job: Job, now: datetime) -> Job:
    """A job that was being asked for when its run died, at an API that may charge a repeated request."""
    reason = "the run ended while it was asked for, and a repeated request may be charged again"
    return replace(job, state=State.DOUBTFUL, doubt=job.doubt + job.estimate, ended=now, reason=reason)


def brief(catalogue: Catalogue, job: Job) -> Ask:
    """The catalogue's prompt and picture, with the quality and size that the job was priced for.

    Raises ``CollectError`` where the prompt or its picture is gone.
    """
    prompt, offer = catalogue.prompts.get(job.prompt), catalogue.offers.get((job.provider, job.model))
    if prompt is None:
        raise CollectError("no file defines it any more", where=f"prompt {job.prompt}", hint="restore it")
    return ask_with(
        json.loads(job.parameters),
        model=job.model,
        asked=job.asked,
        prompt=job.prompt,
        text=prompt.text,
        pictures=() if job.provider == LOCAL else _pictures(catalogue, prompt.input_image),
        image_parameter=(offer.image_parameter or "") if offer else "",
    )


def _pictures(catalogue: Catalogue, name: str | None) -> tuple[Picture, ...]:
    if name is None:
        return ()
    path = catalogue.input_path(name)
    try:
        content = path.read_bytes()
        return (Picture(content, media_type(content)),)
    except (OSError, NotAPicture) as error:
        raise CollectError(
            f"the picture to edit cannot be read: {error}", where=str(path), hint="restore it"
        ) from error
