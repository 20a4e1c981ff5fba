"""A program for the web that no Python package replaces: the HTML validator html-validate.

``package.json`` names it, ``package-lock.json`` pins it with its parts, and ``make test`` puts it into ``.venv/web``.
"""
