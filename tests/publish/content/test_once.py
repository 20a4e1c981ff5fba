"""What is asked of a site again is answered as before, and counts as read again."""

from __future__ import annotations

from dataclasses import replace

from arena.catalogue.reads import Reads
from arena.publish.content.once import once
from arena.publish.content.site_data import SiteData
from arena.publish.parts import recording
from tests.publish.worlds import World

ASKED: list[str] = []


@once
def providers(site: SiteData, model_id: str, *, shout: bool = False) -> tuple[str, ...]:
    ASKED.append(model_id)
    return tuple(name.upper() if shout else name for name in site.catalogue.offers_of(model_id))


def test_an_answer_is_worked_out_once_a_site_and_each_time_counts_as_reading_its_facts(small_world: World) -> None:
    ASKED.clear()
    reads = Reads()
    site = recording(small_world.site_data, reads)
    facts = []
    for _ in range(2):
        with reads.recorded() as read:
            told = providers(site, "acme/one")
            assert providers(site, "acme/one", shout=True) == tuple(map(str.upper, told))
        facts.append(frozenset(read))
    assert ASKED == ["acme/one"] * 2
    assert facts[0] == facts[1] != frozenset()
    with reads.recorded() as read, reads.paused():
        providers(site, "acme/one")
    assert not read
    assert providers(replace(site), "acme/one") == providers(small_world.site_data, "acme/one") == told
    assert len(ASKED) == 4, "another site is asked by itself, one that notes nothing too"
