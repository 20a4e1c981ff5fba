"""Made-up price lists in the shape of the real ones, and a catalogue that knows some of what they list."""

from __future__ import annotations

from pathlib import Path

from tests.catalogue.projects import SOURCE, put, write_project

LITELLM = """{
  "sample_spec": {"mode": "one of: chat, image_generation", "litellm_provider": "one of many"},
  "shop_ai/low/1024-x-1024/acme-one": {"litellm_provider": "shop_ai", "mode": "image_generation",
    "input_cost_per_pixel": 5.7220459e-09, "output_cost_per_pixel": 0.0},
  "medium/1024-x-1024/acme-one": {"litellm_provider": "shop_ai", "mode": "image_generation",
    "input_cost_per_image": 0.05},
  "shop_ai/acme-one-2025-01-10": {"litellm_provider": "shop_ai", "mode": "image_generation",
    "output_cost_per_image_token": 4e-05},
  "acme-one": {"litellm_provider": "shop_ai", "mode": "image_generation", "output_cost_per_image_token": 3e-05,
    "input_cost_per_token": 5e-06, "input_cost_per_image_token": 8e-06, "cache_read_input_token_cost": 1.25e-06},
  "shop_ai/two-pro": {"litellm_provider": "shop_ai", "mode": "image_edit", "output_cost_per_image": 0.04,
    "input_cost_per_image": 0.001},
  "max-x-max/50-steps/acme-one": {"litellm_provider": "shop_ai", "mode": "image_generation",
    "output_cost_per_image": 1},
  "shop_ai/nobody": {"litellm_provider": "shop_ai", "mode": "image_generation", "output_cost_per_image": 0.01},
  "mart/acme-one": {"litellm_provider": "mart", "mode": "image_generation", "output_cost_per_image": 0.01},
  "some-chat-model": {"litellm_provider": "shop_ai", "mode": "chat", "input_cost_per_token": 1.5e-07}
}"""

MODELS_DEV = """{
  "shop": {"id": "shop", "name": "Shop", "models": {
    "acme-one": {"id": "acme-one", "name": "One", "release_date": "2025-01-10",
      "modalities": {"input": ["text"], "output": ["image"]}, "cost": {"input": 5, "output": 30, "cache_read": 1.25}},
    "one-plus": {"id": "one-plus", "modalities": {"input": ["text"], "output": ["text", "image"]},
      "cost": {"input": 0.3, "output": 30}},
    "free": {"id": "free", "modalities": {"input": ["text"], "output": ["image"]}},
    "chat": {"id": "chat", "modalities": {"input": ["text"], "output": ["text"]}, "cost": {"input": 1, "output": 2}}
  }}
}"""

OPENROUTER = """{"data": [
  {"id": "acme/one", "architecture": {"input_modalities": ["text"], "output_modalities": ["image"]},
   "pricing": {"prompt": "0.000005", "completion": "0.00003", "image": "0.001", "request": "0"}},
  {"id": "acme/two", "architecture": {"input_modalities": ["text"], "output_modalities": ["image", "text"]},
   "pricing": {"prompt": "0.0000003", "completion": "0.0000025", "image_output": "0.00003", "input_cache_read": "-1"}},
  {"id": "a/chat", "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
   "pricing": {"prompt": "1", "completion": "1"}}
]}"""

OFFER = """\
# Shop's prices, read by hand.
model_id = "acme-one"

[[prices]]
amount = 0.006  # the lowest tier
unit = "image"
read = 2026-01-02
source = "LiteLLM model prices (a copy)"
condition = { quality = "low", size = "1024x1024" }

# The tier that most people take.
[[prices]]
amount = 0.04
unit = "image"
read = 2026-01-02
source = "LiteLLM model prices (a copy)"
condition = { quality = "Medium", size = "1024x1024" }

[[prices]]
amount = 32
unit = "1M output tokens"
read = 2026-01-02
source = "Another list"
condition = { mode = "image" }

[[prices]]
amount = 0.3
unit = "image"
read = 2026-01-02
source = "LiteLLM model prices (a copy)"
condition = { quality = "high" }
# Nothing more is known.
"""


def write_shop(folder: Path) -> Path:
    """The clean project, with Shop's prices as above, Shop's other name, and another name of acme/two."""
    data = write_project(folder)
    put(data, "providers/shop/provider.toml", f'name = "Shop"\naliases = ["shop_ai"]\n{SOURCE}')
    put(data, "providers/shop/acme/one.toml", OFFER)
    put(data, "providers/openrouter/provider.toml", f'name = "OpenRouter"\n{SOURCE}')
    two = data / "models/acme/two.toml"
    two.write_text(two.read_text().replace("[weights]", 'aliases = ["two-pro"]\n[weights]'))
    return data
