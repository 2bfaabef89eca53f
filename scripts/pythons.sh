#!/bin/sh
# Runs the tests that are named with each Python from 3.11 to 3.14 that is on this machine, pyenv's too, in environments
# of their own with the locked packages.
set -eu
cd "$(dirname "$0")/.."
export UV_LINK_MODE="${UV_LINK_MODE:-hardlink}"

for version in 3.11 3.12 3.13 3.14; do
    found=
    for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        "$python" --version >/dev/null 2>&1 && found=$python
    done
    [ -n "$found" ] || { echo "Python $version is not on this machine"; continue; }
    VIRTUAL_ENV=.venv/python/$version
    export VIRTUAL_ENV
    [ -x "$VIRTUAL_ENV/bin/python" ] || "$found" -m venv --without-pip "$VIRTUAL_ENV"
    .venv/bin/uv pip install --quiet --require-hashes -r requirements.lock
    .venv/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
    "$VIRTUAL_ENV/bin/python" --version
    "$VIRTUAL_ENV/bin/python" -m pytest -n 0 -p no:cacheprovider "$@"
done
