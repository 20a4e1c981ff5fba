"""One module a page kind: a frozen view record, and the function that yields its pages."""
