"""The page for the person who approves: one file, read without a network and without a script.

`content` gathers what the offline commands know, `page` puts it into `page.html.j2`.
"""
