"""A real client talks to `tenfold lsp`: opens a blueprint with a mistake, mends it, asks what is under the cursor."""

import asyncio
import sys
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

TEXT = """name: shop
stage: 3
owner: "ü€😀"
app: {image: "ghcr.io/acme/shop:1.4.2", stateless: true}
load: {users: 5k}
database: {engine: postgress}
"""


async def conversation(folder: Path) -> tuple[list[types.Diagnostic], list[types.Diagnostic], str, list[str]]:
    client = LanguageClient("test", "1")
    published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _published(told_of: types.PublishDiagnosticsParams) -> None:
        published.put_nowait(told_of)

    await client.start_io(sys.executable, "-m", "tenfold", "lsp")
    await client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities(), process_id=None))
    client.initialized(types.InitializedParams())
    uri = (folder / "shop.yaml").as_uri()
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 1, TEXT)))
    before = await published.get()
    whole = types.TextDocumentContentChangeWholeDocument(TEXT.replace("postgress", "postgres"))
    version = types.VersionedTextDocumentIdentifier(2, uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(version, [whole]))
    after = await published.get()
    document = types.TextDocumentIdentifier(uri)
    hover = await client.text_document_hover_async(types.HoverParams(document, types.Position(5, 12)))
    offered = await client.text_document_completion_async(types.CompletionParams(document, types.Position(4, 12)))
    client.text_document_did_close(types.DidCloseTextDocumentParams(document))
    closed = await published.get()
    await client.shutdown_async(None)
    client.exit(None)
    ended = await client._server.wait() if client._server else None
    await client.stop()
    assert ended == 0
    assert not closed.diagnostics
    assert hover and isinstance(hover.contents, types.MarkupContent) and isinstance(offered, list)
    labels = [item.label for item in offered]
    return [*before.diagnostics], [*after.diagnostics], hover.contents.value, labels


def test_an_editor_sees_what_validate_says(tmp_path: Path) -> None:
    before, after, hover, labels = asyncio.run(asyncio.wait_for(conversation(tmp_path), 60))
    errors = [each for each in before if each.severity == types.DiagnosticSeverity.Error]
    [engine] = [each for each in errors if each.range.start.line == 5]
    assert (engine.range.start.character, engine.range.end.character) == (19, 28) and "postgres" in engine.message
    assert [each for each in after if each.severity == types.DiagnosticSeverity.Error] == [
        each for each in errors if each is not engine
    ]
    assert "Database engine" in hover and "`postgres`" in hover
    assert labels == ["users"]
