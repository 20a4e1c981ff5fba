"""How a site reaches the disk: written beside the old one, and swapped in one step."""
