"""The same facts for programs: JSON API, Markdown, feeds, search index, badges and social cards."""
