#!/bin/sh
# Asks the cloud, or changes it: stack.sh drift|show|do
#
# `drift` looks at every environment of TENFOLD_BLUEPRINTS. `show` says what would happen and changes nothing; `do` does it.
# What: BLUEPRINT, ENVIRONMENT, ACTION, and VALUE where the action needs one (promote: a stage; move: data, traffic=25%;
# release: a name). What would be lost is refused: accepting a loss by name is for a person at a terminal.
#
# `do` leaves in tenfold-out/changes.patch what has to go back into the repository: what a promotion writes into the
# blueprint, the stack's configuration of a first `up`. Also when it fails: the blueprint is written before the engine starts.
set -eu
mode=${1:-} out=tenfold-out

case $mode in
drift | show | do) ;;
*) echo "stack.sh drift|show|do, not '$mode'." >&2; exit 2 ;;
esac
# The state would be looked for on this machine: nothing would be deployed, and what is made would be lost with it.
: "${PULUMI_BACKEND_URL:?is not set: the bucket that the state is in, s3://...}"

if [ "$mode" = drift ]; then
    exec tenfold drift "${TENFOLD_BLUEPRINTS:?}"
fi

: "${BLUEPRINT:?}" "${ENVIRONMENT:?}" "${ACTION:?}"
value() { [ -n "${VALUE:-}" ] || { echo "$ACTION needs a value: $1" >&2; exit 2; }; }

case $ACTION in
up) set -- ;;
promote) value "the stage to go to"; set -- --to "$VALUE" ;;
move) value "data, or traffic=25%"; set -- --move "$VALUE" ;;
release) value "the name of a leftover"; set -- --release "$VALUE" ;;
finish) set -- --finish ;;
abort) set -- --abort ;;
*) echo "ACTION is up, promote, move, finish, release or abort, not '$ACTION'." >&2; exit 2 ;;
esac
mkdir -p "$out"

keep() {
    set -- . ":!$out" ':!.cache' # the last is a pipeline's own
    git add --all --intent-to-add -- "$@"
    git diff --binary -- "$@" >"$out/changes.patch"
    [ -s "$out/changes.patch" ] || return 0
    echo "The repository has to hold what this run wrote, or the next one is refused: take changes.patch of this run, and"
    echo "  git apply --index changes.patch && git commit --message 'tenfold: $ACTION $ENVIRONMENT'"
}

case $mode:$ACTION in
show:up)
    # A preview of a stack that is not there begins it, and this job's role may not write.
    if tenfold status --env "$ENVIRONMENT" --json -- "$BLUEPRINT" | grep -q '"resources": 0,'; then
        tenfold plan --env "$ENVIRONMENT" -- "$BLUEPRINT"
    else
        tenfold preview --env "$ENVIRONMENT" -- "$BLUEPRINT"
    fi
    ;;
show:*)
    # What is refused ends here. The page itself wants a terminal to confirm on, and says so with 3.
    tenfold promote --env "$ENVIRONMENT" "$@" --json -- "$BLUEPRINT" >"$out/shown.json"
    tenfold promote --env "$ENVIRONMENT" "$@" -- "$BLUEPRINT" </dev/null 2>/dev/null || [ $? -eq 3 ]
    ;;
do:up)
    trap keep EXIT
    tenfold up --env "$ENVIRONMENT" --yes -- "$BLUEPRINT"
    ;;
do:*)
    trap keep EXIT
    tenfold promote --env "$ENVIRONMENT" "$@" --yes --runbook "$out/runbook.md" -- "$BLUEPRINT"
    ;;
esac
