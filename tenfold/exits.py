"""Exit codes, the same for every command; `--help` lists them."""

DONE = 0
FAILED = 1
WRONG_INPUT = 2
REFUSED = 3
INTERRUPTED = 4
DIFFERENT = 5

MEANING = {
    DONE: "done, or nothing to report",
    FAILED: "failed",
    WRONG_INPUT: "the input is wrong",
    REFUSED: "refused for safety",
    INTERRUPTED: "interrupted; run it again to resume",
    DIFFERENT: "there are differences, where --exit-code, --dry-run or `drift` asked",
}
