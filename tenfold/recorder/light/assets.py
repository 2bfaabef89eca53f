"""Files, texts and archives as inputs."""

from typing import Any

from tenfold.graph import ARCHIVE, ASSET


class Content:
    """`kind`: the field that says where the content is; `signature`: what marks it on the wire."""

    signature = ASSET
    kind = ""

    def __init__(self, value: Any):
        setattr(self, self.kind, value)


class Asset(Content):
    pass


class FileAsset(Asset):
    kind = "path"


class StringAsset(Asset):
    kind = "text"


class RemoteAsset(Asset):
    kind = "uri"


class Archive(Content):
    signature = ARCHIVE


class AssetArchive(Archive):
    kind = "assets"


class FileArchive(Archive):
    kind = "path"


class RemoteArchive(Archive):
    kind = "uri"
