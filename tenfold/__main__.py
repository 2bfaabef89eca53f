"""Where `tenfold` and `python -m tenfold` begin: Ctrl-C is heard before anything of size is imported, `typing` too."""

import os


def main() -> None:
    try:
        from tenfold import exits

        exits.prepare()
        from tenfold import cli

        cli.main()
    except KeyboardInterrupt:  # while they were imported, or the second one
        from tenfold import exits

        os._exit(exits.INTERRUPTED)


if __name__ == "__main__":
    main()
