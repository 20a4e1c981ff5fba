"""Files for researchers: ratings, votes and the catalogue as CSV, Parquet and JSON, and their verification."""
