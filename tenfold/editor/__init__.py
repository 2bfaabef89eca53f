"""What an editor asks about a blueprint while it is written: what is wrong, what is here, what may come next.

place.py       where in the blueprint a position of the text is, also while it cannot be parsed
hover.py       what a field is, what it is in each environment, and why
completion.py  fields and values that fit
server.py      the Language Server Protocol around these, by pygls
"""
