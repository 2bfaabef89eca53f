#!/bin/sh
# Makes .venv/bin/tenfold: a virtual environment in the checkout, everything locked with hashes, byte-compiled.
# Done once; again only when the lock or this file changes.
set -eu
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-python3}
STAMP=.venv/.tenfold-setup
WANTED=$(cat requirements.lock pyproject.toml scripts/setup.sh | cksum)
if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$WANTED" ] && [ -x .venv/bin/tenfold ]; then
    exit 0
fi

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "tenfold needs Python 3.11 or newer; '$PYTHON' is not. Set PYTHON=/path/to/python3." >&2
    exit 1
}
[ -x .venv/bin/python ] || {
    echo "Making .venv …"
    "$PYTHON" -m venv .venv || {
        echo "The venv module is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    }
}

# uv is pinned in the lock like everything else; pip fetches it, then uv installs the rest.
if ! [ -x .venv/bin/uv ]; then
    awk '/^[^ #]/ {take = /^uv==/} take' requirements.lock > .venv/uv.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
fi
# uv does not read pip's settings: hand on an index and certificates that were set for pip.
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
[ -n "${UV_INDEX_URL:-}" ] || [ -z "$index" ] || export UV_INDEX_URL="$index"
[ -n "${SSL_CERT_FILE:-}" ] || [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE="$PIP_CERT"

echo "Installing the locked packages …"
export VIRTUAL_ENV="$PWD/.venv" UV_LINK_MODE="${UV_LINK_MODE:-hardlink}"
.venv/bin/uv pip install --quiet --require-hashes --compile-bytecode -r requirements.lock
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
.venv/bin/python -m compileall -q blueprints components stacks tenfold >/dev/null
echo "$WANTED" > "$STAMP"
echo "Ready: .venv/bin/tenfold"
