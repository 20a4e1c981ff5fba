"""Everything that pages need, prepared once before any page is built."""
