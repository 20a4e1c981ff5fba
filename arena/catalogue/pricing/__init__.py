"""From the prices of an offer to the price of one image."""
