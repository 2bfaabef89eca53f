"""`python -m tests.stacks.regenerate`: writes the golden files anew. Read their diff before you commit it."""

from tests.diff import regenerate
from tests.stacks import golden
from tests.stacks.graphs import cases, graph


def main() -> None:
    wanted = {}
    for case in cases(golden.ENVIRONMENT):
        wanted[golden.graph_file(case)] = golden.written(graph(case))
        wanted[golden.urns_file(case)] = golden.urns(graph(case))
    for old in set(golden.FOLDER.iterdir()) - set(wanted):
        old.unlink()
        print(f"removed {old.name}")
    for file, text in wanted.items():
        if not file.is_file() or file.read_text() != text:
            file.write_text(text)
            print(f"written {file.name}")
    regenerate.main()


if __name__ == "__main__":
    main()
