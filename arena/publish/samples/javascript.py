"""A request as a JavaScript module for Node.js 18 or later: it asks, polls where needed, and saves the picture."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from arena.gateways.protocol import AUTH
from arena.publish.samples.blank import JOB, VARIABLES, Blank, Dialect, Slot, slots_in

_DIALECT = Dialect(
    slots=VARIABLES,
    bare_keys=True,
)
_CALL = """\
async function call(url, options) {
  const answer = await fetch(url, { headers, ...options });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.json();
}
"""
_PAUSE = "  await new Promise((done) => setTimeout(done, 1000));\n"
_FETCHED = "const picture = await (await fetch({address})).arrayBuffer();\n"
_WALKS = {
    "generations": """\
while (["queued", "running"].includes(job.status)) {
  job = await call(POLL);
}
if (job.status !== "completed") throw new Error(job.error.message);
"""
    + _FETCHED.format(address="job.output.media[0].url"),
    "openai-images": 'const picture = Buffer.from(answer.data[0].b64_json, "base64");\n',
    "openrouter-images": 'const picture = Buffer.from(answer.data[0].b64_json, "base64");\n',
    "openrouter-chat": _FETCHED.format(address="answer.choices[0].message.images[0].image_url.url"),
    "replicate-predictions": """\
while (["starting", "processing"].includes(job.status)) {
"""
    + _PAUSE
    + """\
  job = await call(POLL);
}
if (job.status !== "succeeded") throw new Error(job.error);
"""
    + _FETCHED.format(address="[job.output].flat()[0]"),
    "fal-queue": """\
while (job.status !== "COMPLETED") {
"""
    + _PAUSE
    + """\
  job = await call(job.status_url);
}
const answer = await call(job.response_url);
"""
    + _FETCHED.format(address="(answer.images?.[0] ?? answer.image).url"),
    "gemini": """\
const parts = answer.candidates[0].content.parts;
const image = parts.findLast((part) => part.inlineData && !part.thought);
const picture = Buffer.from(image.inlineData.data, "base64");
""",
}
"""From the first answer to the picture's bytes."""
_JOBS = ("generations", "replicate-predictions", "fal-queue")


def render_javascript(blank: Blank, prompt: str) -> str:
    """The module; it needs the key in the environment, and writes ``picture.png``."""
    slots = slots_in(blank.request.json)
    photo = ""
    if Slot.PICTURE_URL in slots:
        photo = 'const photo = "data:image/png;base64," + (await readFile("photo.png", "base64"));\n'
    elif Slot.PICTURE_DATA in slots:
        photo = 'const photo = await readFile("photo.png", "base64");\n'
    form = _form(blank)
    files = "readFile, writeFile" if photo or form else "writeFile"
    result = "let job" if blank.protocol in _JOBS else "const answer"
    walk = _WALKS[blank.protocol].replace("POLL", _polled(blank))
    body = "form" if form else f"JSON.stringify({_DIALECT.render(blank.request.json, 1, width=0)})"
    return (
        f'import {{ {files} }} from "node:fs/promises";\n\n'
        f"const prompt = {json.dumps(prompt, ensure_ascii=False)};\n{photo}{_headers(blank)}\n{_CALL}\n{form}"
        f"{result} = await call({json.dumps(blank.request.url)}, {{\n"
        f'  method: "{blank.request.method}",\n  body: {body},\n}});\n\n'
        f'{walk}await writeFile("picture.png", Buffer.from(picture));\n'
    )


def _headers(blank: Blank) -> str:
    headers = [f"{_name(name)}: {json.dumps(value)}" for name, value in blank.request.headers.items()]
    if blank.key:
        header, scheme = AUTH[blank.auth]
        value = f"`{scheme}${{process.env.{blank.key}}}`" if scheme else f"process.env.{blank.key}"
        headers.insert(0, f"{_name(header)}: {value}")
    if not blank.request.files:
        headers.append('"Content-Type": "application/json"')
    inner = "".join(f"  {header},\n" for header in headers)
    return f"const headers = {{\n{inner}}};\n"


def _name(header: str) -> str:
    return header if header.isalpha() else json.dumps(header)


def _form(blank: Blank) -> str:
    request = blank.request
    if not request.files:
        return ""
    fields = "".join(
        f"form.set({json.dumps(name)}, {_DIALECT.render(value)});\n" for name, value in request.form.items()
    )
    name = json.dumps(request.files[0][0])
    photo = 'new Blob([await readFile("photo.png")], { type: "image/png" })'
    return f'const form = new FormData();\n{fields}form.set({name}, {photo}, "photo.png");\n\n'


def _polled(blank: Blank) -> str:
    if blank.poll is None:
        return ""
    query = f"?{urlencode(blank.poll.params)}" if blank.poll.params else ""
    return f"`{blank.poll.url.replace(JOB, '${job.id}')}{query}`"
