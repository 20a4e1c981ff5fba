"""A whole data set in one folder: tables, their description in five formats, licences, sums and what changed."""
