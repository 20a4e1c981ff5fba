"""Gateways that follow each published protocol, count what they charge, and fail when told to."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PIL import Image, ImageDraw

from tests.collect.servers import NEVER, Reply, Seen, says

FAILURES = (
    "429",
    "500",
    "slow",
    "cut",
    "lost",
    "malformed",
    "html",
    "huge",
    "elsewhere",
    "refused",
    "failed",
    "unauthorized",
)
"""What a fake can be told to do with a request for a picture, besides ``ok``."""

CANNED = {
    "429": says({"error": {"message": "slow down"}}, 429, retry_after="2"),
    "500": says({"error": {"message": "oops"}}, 500),
    "lost": Reply(cut=0),
    "malformed": Reply(body=b'{"id": ', headers={"content-type": "application/json"}),
    "html": Reply(body=b"<html>hello</html>", headers={"content-type": "text/html"}),
    "huge": Reply(body=b'"' + b"x" * 3_000_000 + b'"', headers={"content-type": "application/json"}),
    "elsewhere": Reply(302, headers={"location": "http://169.254.169.254/latest/meta-data"}),
}


def picture(text: str, kind: str = "PNG", size: int = 48) -> bytes:
    """A small picture that is different for each text."""
    image = Image.new("RGB", (size, size), (sum(text.encode()) % 256, 90, 160))
    ImageDraw.Draw(image).text((1, size // 3), text[-8:], fill=(255, 255, 255))
    for place, letter in enumerate(text.encode()[-size:]):
        image.putpixel((place, 0), (letter, 255 - letter, place))
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


class Fake:
    """One gateway. ``script`` tells what becomes of the next requests for a picture; when it is empty, all is well."""

    path = ""
    key_header: tuple[str, str] = ("authorization", "Bearer {}")

    def __init__(self, key: str = "", *, polls: int = 1, idempotent: bool = False, by_url: bool = True) -> None:
        self.origin = ""
        self.key = key
        self.polls = polls
        """How often a job says that it is not done."""
        self.idempotent = idempotent
        self.by_url = by_url
        self.script: deque[str] = deque()
        self.delay = 0.0
        self.given_up: Callable[[], object] = lambda: None
        """Called when a request came that is told to be ``slow``: whoever asked may stop waiting for its answer."""
        self.charges: list[str] = []
        """What was charged, by prompt."""
        self.asked: list[Seen] = []
        self.polled: list[Seen] = []
        self.jobs: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, dict[str, Any]] = {}
        self.lock = threading.Lock()

    def __call__(self, seen: Seen) -> Reply:
        with self.lock:
            return self.handle(seen)

    def handle(self, seen: Seen) -> Reply:
        if seen.path.startswith("/pictures/"):
            assert "authorization" not in seen.headers and "x-goog-api-key" not in seen.headers
            return Reply(
                body=picture(bytes.fromhex(seen.path.split("/")[-1]).decode()), headers={"content-type": "image/png"}
            )
        name, form = self.key_header
        if self.key and seen.headers.get(name) != form.format(self.key):
            return says({"error": {"message": f"wrong key: {seen.headers.get(name)}"}}, 401)
        if seen.method == "GET":
            self.polled.append(seen)
            return self.poll(seen)
        self.asked.append(seen)
        return self.scripted(seen, self.script.popleft() if self.script else "ok")

    def scripted(self, seen: Seen, mode: str) -> Reply:
        if mode in CANNED:
            return CANNED[mode]
        if mode in ("refused", "failed"):
            return self.refused() if mode == "refused" else self.failed()
        if mode == "unauthorized":
            return says({"error": {"message": f"wrong key {self.key}", "code": "invalid_api_key"}}, 401)
        done = self.done(seen, delay=NEVER if mode == "slow" else self.delay)
        if mode == "slow":
            self.given_up()
        return replace(done, cut=60) if mode == "cut" else done

    def done(self, seen: Seen, delay: float = 0.0) -> Reply:
        key = seen.headers.get("idempotency-key", "")
        if self.idempotent and key in self.by_key:
            return says(self.by_key[key])
        prompt = self.prompt_of(seen)
        self.charges.append(prompt)
        body = self.begin(prompt)
        self.by_key[key] = body
        reply = says(body)
        return Reply(reply.status, reply.body, reply.headers, delay)

    def address(self, prompt: str) -> str:
        if self.by_url:
            return f"{self.origin}/pictures/{prompt.encode().hex()}"
        return f"data:image/png;base64,{self.encoded(prompt)}"

    def encoded(self, prompt: str) -> str:
        return base64.b64encode(picture(prompt)).decode()

    def new_job(self, prompt: str) -> str:
        job = f"job-{len(self.jobs)}"
        self.jobs[job] = {"prompt": prompt, "left": self.polls}
        return job

    def due(self, job: str) -> bool:
        """Whether the job is done now."""
        self.jobs[job]["left"] -= 1
        return bool(self.jobs[job]["left"] < 0)

    def prompt_of(self, seen: Seen) -> str:
        return str(seen.json["input"]["prompt"])

    def begin(self, prompt: str) -> dict[str, Any]:
        raise NotImplementedError

    def poll(self, seen: Seen) -> Reply:
        raise NotImplementedError

    def refused(self) -> Reply:
        raise NotImplementedError

    def failed(self) -> Reply:
        raise NotImplementedError


class GenerationsFake(Fake):
    path = "/v1/generations"

    def begin(self, prompt: str) -> dict[str, Any]:
        return {"id": self.new_job(prompt), "status": "queued"}

    def poll(self, seen: Seen) -> Reply:
        job = seen.path.rsplit("/", 1)[1]
        if job not in self.jobs:
            return says({"error": {"message": "no such generation"}}, 404)
        if not self.due(job):
            return says({"id": job, "status": "running"})
        url = self.address(self.jobs[job]["prompt"])
        return says({"id": job, "status": "completed", "output": {"media": [{"url": url}]}})

    def refused(self) -> Reply:
        return says({"id": "x", "status": "failed", "error": {"message": "rejected by our content policy"}})

    def failed(self) -> Reply:
        return says({"id": "x", "status": "failed", "error": {"message": "out of memory"}})


class OpenAIFake(Fake):
    path = "/v1/images"

    def prompt_of(self, seen: Seen) -> str:
        if seen.path.endswith("/edits"):
            return seen.body.split(b'name="prompt"\r\n\r\n')[1].split(b"\r\n")[0].decode()
        return str(seen.json["prompt"])

    def begin(self, prompt: str) -> dict[str, Any]:
        item = {"url": self.address(prompt)} if self.by_url else {"b64_json": self.encoded(prompt)}
        return {"created": 1, "data": [item], "usage": {"output_tokens": 1056}}

    def refused(self) -> Reply:
        error = {
            "message": "rejected by the safety system",
            "code": "moderation_blocked",
            "type": "image_generation_user_error",
        }
        return says({"error": error}, 400)

    def failed(self) -> Reply:
        return says({"error": {"message": "invalid size", "code": "invalid_value"}}, 400)


class OpenRouterFake(Fake):
    path = "/api/v1/chat/completions"

    def prompt_of(self, seen: Seen) -> str:
        return str(seen.json["messages"][0]["content"][0]["text"])

    def begin(self, prompt: str) -> dict[str, Any]:
        image = {"type": "image_url", "image_url": {"url": self.address(prompt)}}
        message = {"role": "assistant", "content": "", "images": [image]}
        return {"id": "gen-1", "choices": [{"message": message, "finish_reason": "stop"}], "usage": {"cost": 0.0123}}

    def refused(self) -> Reply:
        return says({"error": {"code": 403, "message": "flagged", "metadata": {"reasons": ["violence"]}}}, 403)

    def failed(self) -> Reply:
        return says({"choices": [{"message": {"content": "I can only talk"}, "finish_reason": "stop"}]})


class OpenRouterImagesFake(Fake):
    path = "/api/v1/images"

    def prompt_of(self, seen: Seen) -> str:
        return str(seen.json["prompt"])

    def begin(self, prompt: str) -> dict[str, Any]:
        image = {"b64_json": self.encoded(prompt), "media_type": "image/png"}
        return {"created": 1, "data": [image], "usage": {"cost": 0.0123}}

    def refused(self) -> Reply:
        metadata = {"error_type": "content_policy_violation"}
        return says({"error": {"code": 403, "message": "declined", "metadata": metadata}}, 403)

    def failed(self) -> Reply:
        return says({"error": {"code": 400, "message": "size does not fit aspect_ratio"}}, 400)


class ReplicateFake(Fake):
    path = "/v1"

    def begin(self, prompt: str) -> dict[str, Any]:
        return {"id": self.new_job(prompt), "status": "starting", "output": None, "error": None}

    def poll(self, seen: Seen) -> Reply:
        job = seen.path.rsplit("/", 1)[1]
        if not self.due(job):
            return says({"id": job, "status": "processing", "output": None})
        return says({"id": job, "status": "succeeded", "output": [self.address(self.jobs[job]["prompt"])]})

    def refused(self) -> Reply:
        return says({"id": "x", "status": "failed", "error": "NSFW content detected. Try a different prompt."}, 201)

    def failed(self) -> Reply:
        return says({"title": "Input validation failed", "detail": "input.seed: must be a number"}, 422)


class FalFake(Fake):
    path = ""
    key_header = ("authorization", "Key {}")

    def prompt_of(self, seen: Seen) -> str:
        return str(seen.json["prompt"])

    def begin(self, prompt: str) -> dict[str, Any]:
        base = f"{self.origin}/fal-ai/app/requests/{self.new_job(prompt)}"
        return {"request_id": base[-5:], "status": "IN_QUEUE", "response_url": base, "status_url": f"{base}/status"}

    def poll(self, seen: Seen) -> Reply:
        parts = seen.path.split("/")
        if parts[-1] == "status":
            base = f"{self.origin}{seen.path.removesuffix('/status')}"
            done = self.due(parts[-2])
            status = "COMPLETED" if done else "IN_PROGRESS"
            return says({"status": status, "response_url": base, "status_url": f"{base}/status"}, 200 if done else 202)
        return says({"images": [{"url": self.address(self.jobs[parts[-1]]["prompt"])}], "has_nsfw_concepts": [False]})

    def refused(self) -> Reply:
        return says(
            {"detail": [{"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation"}]}, 422
        )

    def failed(self) -> Reply:
        return says({"detail": [{"loc": ["body", "seed"], "msg": "not a number", "type": "int_parsing"}]}, 422)


class GeminiFake(Fake):
    path = "/v1beta/models"
    key_header = ("x-goog-api-key", "{}")

    def prompt_of(self, seen: Seen) -> str:
        return str(seen.json["contents"][0]["parts"][0]["text"])

    def begin(self, prompt: str) -> dict[str, Any]:
        draft = {"inlineData": {"mimeType": "image/png", "data": self.encoded("draft")}, "thought": True}
        image = {"inlineData": {"mimeType": "image/png", "data": self.encoded(prompt)}}
        return {"candidates": [{"content": {"parts": [draft, {"text": "Here"}, image]}, "finishReason": "STOP"}]}

    def refused(self) -> Reply:
        return says({"candidates": [{"content": {}, "finishReason": "IMAGE_SAFETY"}]})

    def failed(self) -> Reply:
        return says({"error": {"code": 400, "message": "bad aspect ratio", "status": "INVALID_ARGUMENT"}}, 400)


FAKES: dict[str, type[Any]] = {
    "generations": GenerationsFake,
    "openai-images": OpenAIFake,
    "openrouter-chat": OpenRouterFake,
    "openrouter-images": OpenRouterImagesFake,
    "replicate-predictions": ReplicateFake,
    "fal-queue": FalFake,
    "gemini": GeminiFake,
}
AUTH = {"fal-queue": "key", "gemini": "x-goog-api-key"}


def body_of(seen: Seen) -> Any:
    return json.loads(seen.body)
