"""An image-model arena: a catalogue of models, blind pairwise votes, TrueSkill ratings and a static site."""
