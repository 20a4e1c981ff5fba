"""A request as a Python program with httpx: it asks, polls where the protocol has jobs, and saves the picture."""

from __future__ import annotations

import json

from arena.gateways.protocol import AUTH
from arena.publish.samples.blank import JOB, VARIABLES, Blank, Dialect, Slot, slots_in

_DIALECT = Dialect(
    slots=VARIABLES,
    true="True",
    false="False",
    null="None",
    indent="    ",
)
_FETCHED = "picture = httpx.get({address}, timeout=60).raise_for_status().content\n"
_JOB = """\
while job["status"] in {waiting}:
{pause}    job = api.get({poll}).raise_for_status().json()
if job["status"] != {done}:
    raise SystemExit({reason})
"""
_WALKS = {
    "generations": _JOB + _FETCHED.format(address='job["output"]["media"][0]["url"]'),
    "openai-images": 'picture = base64.b64decode(answer["data"][0]["b64_json"])\n',
    "openrouter-images": 'picture = base64.b64decode(answer["data"][0]["b64_json"])\n',
    "openrouter-chat": """\
url = answer["choices"][0]["message"]["images"][0]["image_url"]["url"]
picture = base64.b64decode(url.partition(",")[2])
""",
    "replicate-predictions": _JOB
    + 'output = job["output"]\n'
    + _FETCHED.format(address="output if isinstance(output, str) else output[0]"),
    "fal-queue": """\
while job["status"] != "COMPLETED":
    time.sleep(1)
    job = api.get(job["status_url"]).raise_for_status().json()
answer = api.get(job["response_url"]).raise_for_status().json()
images = answer.get("images") or [answer["image"]]
"""
    + _FETCHED.format(address='images[0]["url"]'),
    "gemini": """\
parts = answer["candidates"][0]["content"]["parts"]
images = [part["inlineData"] for part in parts if "inlineData" in part and not part.get("thought")]
picture = base64.b64decode(images[-1]["data"])
""",
}
"""From the first answer to the picture's bytes."""
_JOBS = ("generations", "replicate-predictions", "fal-queue")
_ENDS = {
    "generations": {
        "waiting": '("queued", "running")',
        "done": '"completed"',
        "reason": "f\"failed: {job['error']['message']}\"",
        "pause": "",
    },
    "replicate-predictions": {
        "waiting": '("starting", "processing")',
        "done": '"succeeded"',
        "reason": "f\"{job['status']}: {job['error']}\"",
        "pause": "    time.sleep(1)\n",
    },
}


def render_python(blank: Blank, prompt: str) -> str:
    """The program; it needs httpx and the key in the environment, and writes ``picture.png``."""
    slots = slots_in(blank.request.json)
    walk = _WALKS[blank.protocol]
    if blank.protocol in _ENDS:
        walk = walk.format(poll=_polled(blank), **_ENDS[blank.protocol])
    photo = ""
    if Slot.PICTURE_URL in slots:
        photo = 'photo = "data:image/png;base64," + base64.b64encode(Path("photo.png").read_bytes()).decode()\n'
    elif Slot.PICTURE_DATA in slots:
        photo = 'photo = base64.b64encode(Path("photo.png").read_bytes()).decode()\n'
    body = (
        f"prompt = {json.dumps(prompt, ensure_ascii=False)}\n{photo}"
        f"api = httpx.Client({_headers(blank)}timeout=180)\n\n"
        f"{'job' if blank.protocol in _JOBS else 'answer'} = {_asked(blank)}.raise_for_status().json()\n\n"
        f'{walk}Path("picture.png").write_bytes(picture)\n'
    )
    modules = [name for name in ("base64", "os", "time") if f"{name}." in body]
    imports = "".join(f"import {name}\n" for name in modules)
    return f"{imports}from pathlib import Path\n\nimport httpx\n\n{body}"


def _headers(blank: Blank) -> str:
    headers = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in blank.request.headers.items()]
    if blank.key:
        header, scheme = AUTH[blank.auth]
        value = f"f\"{scheme}{{os.environ['{blank.key}']}}\"" if scheme else f'os.environ["{blank.key}"]'
        headers.insert(0, f'"{header}": {value}')
    return f"headers={{{', '.join(headers)}}}, " if headers else ""


def _asked(blank: Blank) -> str:
    request = blank.request
    url = json.dumps(request.url)
    if not request.files:
        return f"api.post({url}, json={_DIALECT.render(request.json, width=0)})"
    name = request.files[0][0]
    return (
        f"api.post(\n    {url},\n    data={_DIALECT.render(dict(request.form), 1, width=0)},\n"
        f'    files={{{json.dumps(name)}: ("photo.png", Path("photo.png").read_bytes(), "image/png")}},\n)'
    )


def _polled(blank: Blank) -> str:
    if blank.poll is None:
        return ""
    url = blank.poll.url.replace(JOB, "{job['id']}")
    params = f", params={_DIALECT.render(dict(blank.poll.params))}" if blank.poll.params else ""
    return f'f"{url}"{params}'
