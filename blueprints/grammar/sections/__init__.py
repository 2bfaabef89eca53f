"""The sections of a blueprint, a file for each; `../blueprint.py` joins them."""
