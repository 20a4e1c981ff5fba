"""data/ -> Catalogue: what is known about models, makers, providers, prices, prompts and stories."""
