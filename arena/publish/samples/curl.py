"""A request as shell commands with curl and jq: they ask, poll where the protocol has jobs, and save the picture."""

from __future__ import annotations

import json
from shlex import quote
from urllib.parse import urlencode

from arena.gateways.protocol import AUTH
from arena.publish.samples.blank import JOB, Blank, Dialect, Slot, slots_in

_ENCODED = "$(base64 < photo.png | tr -d '\\n')"
_MARKS = {Slot.PICTURE_URL: "\x01", Slot.PICTURE_DATA: "\x02"}
"""What stands for a picture until the JSON is made safe for the shell."""
_PICTURES = {Slot.PICTURE_URL: f'"data:image/png;base64,{_ENCODED}"', Slot.PICTURE_DATA: f'"{_ENCODED}"'}
_FETCHED = "curl -fsS -o picture.png \"$(jq -er '{path}' answer.json)\" || cat answer.json\n"
_DECODED = "jq -er '{path}' answer.json | base64 --decode > picture.png || cat answer.json\n"
_POLLED = """\
while jq -e '{waiting}' answer.json > /dev/null; do
{pause}  curl -sS {url} {key}> next.json && mv next.json answer.json
done
"""
_PATHS = {
    "generations": ".output.media[0].url",
    "openai-images": ".data[0].b64_json",
    "openrouter-images": ".data[0].b64_json",
    "openrouter-chat": '.choices[0].message.images[0].image_url.url | sub("^data:[^,]*,"; "")',
    "replicate-predictions": "[.output] | flatten | .[0]",
    "fal-queue": "(.images[0]? // .image).url",
    "gemini": "[.candidates[0].content.parts[] | select(.inlineData and (.thought | not))] | last | .inlineData.data",
}
"""Where the answer has the picture, in the language of jq."""
_BY_ADDRESS = ("generations", "replicate-predictions", "fal-queue")
_WAITING = {
    "generations": '.status == "queued" or .status == "running"',
    "replicate-predictions": '.status == "starting" or .status == "processing"',
    "fal-queue": '.status_url and .status != "COMPLETED"',
}


def render_curl(blank: Blank, prompt: str) -> str:
    """The commands; they need jq and the key in the environment, and write ``picture.png``."""
    way = _FETCHED if blank.protocol in _BY_ADDRESS else _DECODED
    return f"{_ask(blank, prompt)}\n{_poll(blank)}{way.format(path=_PATHS[blank.protocol])}"


def _key(blank: Blank) -> str:
    if not blank.key:
        return ""
    header, scheme = AUTH[blank.auth]
    return f'-H "{header}: {scheme}${blank.key}" '


def _ask(blank: Blank, prompt: str) -> str:
    request = blank.request
    headers = "".join(f"-H {quote(f'{name}: {value}')} " for name, value in request.headers.items())
    start = f"curl -sS {quote(request.url)} \\\n  {_key(blank)}{headers}"
    if request.files:
        fields = {name: prompt if value is Slot.PROMPT else value for name, value in request.form.items()}
        form = "".join(f" \\\n  --form-string {quote(f'{name}={value}')}" for name, value in fields.items())
        photo = quote(f"{request.files[0][0]}=@photo.png;type=image/png")
        return f"{start.rstrip()}{form} \\\n  -F {photo} > answer.json\n"
    plain = not slots_in(request.json) & set(_PICTURES)
    end = "'JSON'" if plain else "JSON"
    return (
        f"{start}-H 'Content-Type: application/json' \\\n  -d @- > answer.json <<{end}\n{_body(blank, prompt)}\nJSON\n"
    )


def _body(blank: Blank, prompt: str) -> str:
    """The JSON; where the shell fills in a picture, whatever else it would read is escaped."""
    slots = {**_MARKS, Slot.PROMPT: json.dumps(prompt, ensure_ascii=False), Slot.PICTURE_TYPE: '"image/png"'}
    text = Dialect(slots=slots, last_comma=False).render(blank.request.json, width=0)
    if not any(mark in text for mark in _MARKS.values()):
        return text
    for letter in ("\\", "$", "`"):
        text = text.replace(letter, f"\\{letter}")
    for slot, mark in _MARKS.items():
        text = text.replace(mark, _PICTURES[slot])
    return text


def _poll(blank: Blank) -> str:
    if blank.protocol not in _WAITING:
        return ""
    pause, url, response = "", "", ""
    if blank.poll:
        query = f"?{urlencode(blank.poll.params)}" if blank.poll.params else ""
        url = f'"{blank.poll.url.replace(JOB, "$(jq -r .id answer.json)")}{query}"'
    else:
        url = '"$(jq -r .status_url answer.json)"'
        response = (
            f'curl -sS "$(jq -r .response_url answer.json)" {_key(blank)}> next.json && mv next.json answer.json\n'
        )
    if not (blank.poll and blank.poll.params):
        pause = "  sleep 1\n"
    loop = _POLLED.format(waiting=_WAITING[blank.protocol], pause=pause, url=url, key=_key(blank))
    return f"{loop}{response}"
