"""Collecting outputs: which images are missing is planned; they are asked for within a budget, checked and stored.

Where to begin: ``planning`` (which image to ask of which offer) -> ``collecting`` (a run over all of them) ->
``job_runner`` (one image) -> ``provider_client`` (one HTTP request). ``jobs`` says which states a job goes through,
``ledger`` keeps every job, ``image_store`` every image.
"""
