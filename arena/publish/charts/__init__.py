"""Charts as SVG, drawn when the site is built; they read without JavaScript."""
