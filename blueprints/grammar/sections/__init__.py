"""What a blueprint may say, a file for each section; `grammar.py` puts them together."""
