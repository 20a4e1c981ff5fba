"""Programs for the web that no Python package replaces: an HTML validator and Lighthouse.

``package.json`` names them, ``package-lock.json`` pins them, and ``make test`` installs them into ``.venv/web``.
"""
