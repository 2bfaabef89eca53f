"""`python -m tests.foresight.regenerate`: writes the table of estimates. Read its diff before you commit it."""

from tests.foresight.estimates import GOLDEN, table


def main() -> None:
    text = table()
    if not GOLDEN.is_file() or GOLDEN.read_text() != text:
        GOLDEN.write_text(text)
        print(f"written {GOLDEN.name}")


if __name__ == "__main__":
    main()
