"""Code that asks a provider for a picture: the request is the adapter's own, so that samples and collector agree."""

from arena.publish.samples.blank import Blank, Slot, Task, blank_of, key_name
from arena.publish.samples.curl import render_curl
from arena.publish.samples.javascript import render_javascript
from arena.publish.samples.python import render_python

LANGUAGES = (
    ("python", "Python", render_python),
    ("curl", "curl", render_curl),
    ("javascript", "JavaScript", render_javascript),
)
"""The id, the name and the renderer of each language, in the order in which pages show them."""

__all__ = ["LANGUAGES", "Blank", "Slot", "Task", "blank_of", "key_name"]
