"""What stands around and behind the content of a page: frame, head, structured data, templates."""
