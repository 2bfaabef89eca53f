"""The Language Server Protocol around what an editor asks, over stdin and stdout."""

from importlib.metadata import version
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from tenfold.blueprints.reading import house
from tenfold.blueprints.reading.draft import open_draft
from tenfold.blueprints.source.problem import Problem
from tenfold.checking import check
from tenfold.editor import completion
from tenfold.editor.hover import hover
from tenfold.editor.place import is_blueprint

_SYNC = types.TextDocumentSyncKind.Full  # a blueprint is short, and is read as a whole anyway
_CODES = "tenfold explain {}"


def server() -> LanguageServer:
    of = LanguageServer("tenfold", version("tenfold"), text_document_sync_kind=_SYNC)

    @of.feature(types.TEXT_DOCUMENT_DID_OPEN)
    @of.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    @of.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _changed(ls: LanguageServer, asked: types.DidOpenTextDocumentParams) -> None:
        document = ls.workspace.get_text_document(asked.text_document.uri)
        wrong = [_diagnostic(ls, document, problem) for problem in problems(_path(document), document.source)]
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, wrong, document.version))

    @of.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _closed(ls: LanguageServer, asked: types.DidCloseTextDocumentParams) -> None:
        """Nothing is left in the editor's list of problems, which nobody would renew."""
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(asked.text_document.uri, []))

    @of.feature(types.TEXT_DOCUMENT_HOVER)
    def _hover(ls: LanguageServer, asked: types.HoverParams) -> types.Hover | None:
        document = ls.workspace.get_text_document(asked.text_document.uri)
        if not is_blueprint(document.source):
            return None
        at = ls.workspace.position_codec.position_from_client_units(document.lines, asked.position)
        text = hover(_path(document), document.source, at.line + 1, at.character + 1)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    @of.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["{", " "]))
    def _completion(ls: LanguageServer, asked: types.CompletionParams) -> list[types.CompletionItem]:
        document = ls.workspace.get_text_document(asked.text_document.uri)
        if not is_blueprint(document.source):
            return []
        at = ls.workspace.position_codec.position_from_client_units(document.lines, asked.position)
        return [_item(offer) for offer in completion.offers(document.source, at.line, at.character)]

    return of


def problems(path: Path, text: str) -> list[Problem]:
    """What `tenfold validate` says of this text in this place; nothing of a YAML file that is no blueprint. House rules
    are read as they are saved."""
    if path.name == house.FILE or not is_blueprint(text):
        return []
    wrong = check(open_draft(path, content=text.encode()))[1]
    return [problem for problem in wrong if Path(problem.file) == path]


def _path(document: TextDocument) -> Path:
    """Of a text that is not saved yet, a name in the working directory."""
    path = to_fs_path(document.uri)
    return Path(path) if path else Path.cwd() / "blueprint.yaml"


def _diagnostic(ls: LanguageServer, document: TextDocument, problem: Problem) -> types.Diagnostic:
    line = max(problem.line, 1) - 1
    begin = types.Position(line, max(problem.column, 1) - 1)
    end = types.Position(line, max(problem.end_column - 1, begin.character + 1))
    return types.Diagnostic(
        range=ls.workspace.position_codec.range_to_client_units(document.lines, types.Range(begin, end)),
        message=f"{problem.message} {problem.hint}".strip(),
        severity=types.DiagnosticSeverity.Error if problem.is_error else types.DiagnosticSeverity.Warning,
        code=problem.code,
        source=_CODES.format(problem.code),
    )


def _item(offer: completion.Offer) -> types.CompletionItem:
    return types.CompletionItem(
        label=offer.label,
        insert_text=offer.inserted,
        detail=offer.detail or None,
        documentation=offer.meaning or None,
    )
