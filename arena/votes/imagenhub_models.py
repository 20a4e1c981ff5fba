"""ImagenHub's names for models, and ours.

Where its name does not tell the exact version or checkpoint, the display name says so. Its ``DALLE`` is DALL-E 2, which
was what the API served, and its ``SDXL`` is version 1.0, which its code loads (Ku et al., 2023, arXiv:2310.01596).
"""

from __future__ import annotations

from typing import NamedTuple


class KnownModel(NamedTuple):
    """A model's id here, and the name that people read."""

    id: str
    name: str


def _as_there(model_id: str, name: str) -> KnownModel:
    return KnownModel(model_id, f"{name} (as in ImagenHub)")


MODELS: dict[str, KnownModel] = {
    # Text-To-Image
    "DALLE": KnownModel("openai/dall-e-2", "DALL-E 2"),
    "DALLE3": KnownModel("openai/dall-e-3", "DALL-E 3"),
    "DeepFloydIF": _as_there("deepfloyd/deepfloyd-if", "DeepFloyd IF"),
    "Midjourney": _as_there("midjourney/midjourney", "Midjourney"),
    "OpenJourney": _as_there("prompthero/openjourney", "OpenJourney"),
    "SD": _as_there("stability-ai/stable-diffusion", "Stable Diffusion"),
    "SDXL": KnownModel("stability-ai/sdxl-1.0", "Stable Diffusion XL 1.0"),
    # Text-Guided_IE
    "CycleDiffusion": _as_there("carnegie-mellon/cyclediffusion", "CycleDiffusion"),
    "DiffEdit": _as_there("meta/diffedit", "DiffEdit"),
    "Imagic": _as_there("google/imagic", "Imagic"),
    "InstructPix2Pix": _as_there("uc-berkeley/instructpix2pix", "InstructPix2Pix"),
    "MagicBrush": _as_there("ohio-state/magicbrush", "MagicBrush"),
    "Pix2PixZero": _as_there("carnegie-mellon/pix2pix-zero", "Pix2Pix-Zero"),
    "Prompt2prompt": _as_there("google/prompt-to-prompt", "Prompt-to-Prompt"),
    "SDEdit": _as_there("stanford/sdedit", "SDEdit"),
    "Text2Live": _as_there("weizmann/text2live", "Text2LIVE"),
    # Mask-Guided_IE
    "BlendedDiffusion": _as_there("hebrew-university/blended-diffusion", "Blended Diffusion"),
    "Glide": _as_there("openai/glide", "GLIDE"),
    "SDInpaint": _as_there("runway/stable-diffusion-inpainting", "Stable Diffusion Inpainting"),
    "SDXLInpaint": _as_there("stability-ai/sdxl-inpainting", "Stable Diffusion XL Inpainting"),
    # Subject-Driven_IE, Subject-Driven_IG, Multi-Subject_IG, Control-Guided_IG
    "BLIPDiffusion_Edit": _as_there("salesforce/blip-diffusion-edit", "BLIP-Diffusion, editing"),
    "BLIPDiffusion_Gen": _as_there("salesforce/blip-diffusion", "BLIP-Diffusion"),
    "ControlNet": _as_there("stanford/controlnet", "ControlNet"),
    "CustomDiffusion": _as_there("carnegie-mellon/custom-diffusion", "Custom Diffusion"),
    "DreamBooth": _as_there("google/dreambooth", "DreamBooth"),
    "DreamBoothLora": _as_there("google/dreambooth-lora", "DreamBooth with LoRA"),
    "DreamEdit": _as_there("waterloo/dreamedit", "DreamEdit"),
    "PhotoSwap": _as_there("uc-santa-cruz/photoswap", "Photoswap"),
    "SuTI": _as_there("google/suti", "SuTI"),
    "TextualInversion": _as_there("nvidia/textual-inversion", "Textual Inversion"),
    "UniControl": _as_there("salesforce/unicontrol", "UniControl"),
}
