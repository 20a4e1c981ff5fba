"""Vote files, and the log that ratings are computed from."""
