"""How to call a model in Python, curl and JavaScript: ask for a generation, then poll it until it is done.

The form is that of gateways whose protocol the catalogue calls ``generations``: ``POST /v1/generations`` with
``wait: "auto"``, then ``GET /v1/generations/{id}?wait=60`` while the job is queued or running.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from arena.publish.edition import Edition

PLACEHOLDER = "https://YOUR-GATEWAY/v1/generations"
PROTOCOL = "generations"
PROMPT = "A noodle bar poster with the words “Open until late”"
EDIT_PROMPT = "Make it evening and switch the lamps on"
INPUT_IMAGE = "https://example.com/room.webp"

PYTHON = """\
import requests

URL = {url}
HEADERS = {{"Authorization": "Bearer YOUR_API_KEY"}}

# "auto" holds the request open for a while, so that short jobs come back completed.
job = requests.post(URL, headers=HEADERS, timeout=120, json={{
    "model": {model},
    "input": {input},
    "wait": "auto",
}}).json()

while job["status"] in ("queued", "running"):
    job = requests.get(f"{{URL}}/{{job['id']}}", headers=HEADERS, params={{"wait": 60}}, timeout=120).json()

if job["status"] == "completed":
    print(job["output"]["media"][0]["url"])
else:
    print("failed:", job["error"]["message"])
"""

CURL = """\
# Ask for the picture. "auto" holds the request open for a while.
curl -s {url} \\
  -H "Authorization: Bearer $API_KEY" -H "Content-Type: application/json" \\
  -d '{body}' > job.json

# Poll until the job is neither queued nor running.
while jq -e '.status == "queued" or .status == "running"' job.json > /dev/null; do
  curl -s "{url}/$(jq -r .id job.json)?wait=60" -H "Authorization: Bearer $API_KEY" > next.json
  mv next.json job.json
done

jq -r 'if .status == "completed" then .output.media[0].url else "failed: " + .error.message end' job.json
"""

JAVASCRIPT = """\
const url = {url};
const headers = {{ Authorization: "Bearer YOUR_API_KEY", "Content-Type": "application/json" }};

// "auto" holds the request open for a while, so that short jobs come back completed.
let job = await (await fetch(url, {{
  method: "POST",
  headers,
  body: JSON.stringify({{ model: {model}, input: {input}, wait: "auto" }}),
}})).json();

while (["queued", "running"].includes(job.status)) {{
  job = await (await fetch(`${{url}}/${{job.id}}?wait=60`, {{ headers }})).json();
}}

if (job.status === "completed") console.log(job.output.media[0].url);
else console.error("failed:", job.error.message);
"""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code in one language of programming."""

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Code:
    """The section on calling the model; ``note`` says what has to be replaced, and where the address comes from."""

    note: str
    snippets: tuple[Snippet, ...]


def code_of(edition: Edition, model_id: str) -> Code:
    """Snippets with the model's own ids and the address of a gateway that serves it, where the catalogue knows one."""
    url, asked, gateway = _gateway(edition, model_id)
    model = edition.model(model_id)
    editing = "image-editing" in model.arenas
    fields = {"prompt": EDIT_PROMPT, "image": INPUT_IMAGE} if model.arenas == ("image-editing",) else {"prompt": PROMPT}
    note = _note(gateway, asked, model.api_id or "")
    if editing and "image" not in fields:
        note += ' To edit a picture, add its address to the input as "image".'
    values = {"url": _quoted(url), "model": _quoted(asked), "input": _quoted(fields)}
    body = json.dumps({"model": asked, "input": fields, "wait": "auto"}, ensure_ascii=False).replace("'", "'\\''")
    return Code(
        note=note,
        snippets=(
            Snippet("Python", PYTHON.format(**values)),
            Snippet("curl", CURL.format(url=url, body=body)),
            Snippet("JavaScript", JAVASCRIPT.format(**values)),
        ),
    )


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _gateway(edition: Edition, model_id: str) -> tuple[str, str, str]:
    """Address, model id and name of the first gateway of the protocol that serves the model; else a placeholder."""
    model = edition.model(model_id)
    for provider_id, offer in edition.catalogue.offers_of(model_id).items():
        provider = edition.catalogue.providers[provider_id]
        if provider.gateway == PROTOCOL and provider.endpoint:
            asked = offer.model_id or model.api_id or model_id
            return provider.endpoint.rstrip("/"), asked, provider.name
    return PLACEHOLDER, model.api_id or model_id, ""


def _note(gateway: str, asked: str, api_id: str) -> str:
    if gateway:
        return f"Through the gateway of {gateway}, which knows the model as {asked}. Replace YOUR_API_KEY by your key."
    text = (
        "No gateway of this protocol is known to serve the model: replace YOUR-GATEWAY by the host of one that does, "
        "and YOUR_API_KEY by your key."
    )
    if not api_id:
        text += f" No source we read gives the model’s id in an API; {asked} is its id on this site."
    return text
