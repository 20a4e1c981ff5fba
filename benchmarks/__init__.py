"""What measures the quality and the speed of ratings; each module prints a table of docs/ratings.md."""
