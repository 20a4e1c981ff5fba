"""Questions to the API that many tests ask."""

from __future__ import annotations

import re
from typing import Any

from tests.voting.arenas import TestClient


def draw(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/battle?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def vote(client: TestClient, token: str, outcome: str = "left", **more: Any) -> Any:
    return client.post("/api/votes", json={"token": token, "outcome": outcome, **more})


def stored(client: TestClient) -> int:
    found = re.search(r"^arena_votes_stored (\d+)$", client.get("/metrics").text, re.M)
    assert found
    return int(found[1])
