"""What a run imports late: loaded once by the server that forks the processes to be killed, not by each of them."""

from __future__ import annotations

import sqlalchemy.dialects.sqlite  # noqa: F401
from PIL import Image

Image.init()
