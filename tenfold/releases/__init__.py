"""Releases of tenfold, and projects that are made from one: `tenfold new`, `tenfold update`.

template.py    what `new` makes a project from
fork.py        the other way: a clone of tenfold, with the team's project in `own/`
updating.py    `update`: a later release, rehearsed in a clone before anything is merged
source.py      where the code of a release is
effects.py     what changes in blueprints from one release to another
copying.py     copier, which only this file imports
"""
