"""The command line."""

import click


@click.group()
def main() -> None:
    """An image-model arena and leaderboard site generator."""
