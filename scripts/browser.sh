#!/usr/bin/env bash
# A Chromium for the tests that open the report in one: the one on PATH, else Debian's.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && exec apt-get install -y -qq chromium >/dev/null
fi
echo "make proof opens pages in a browser, and there is none: install Chromium, or put it on PATH." >&2
exit 1
