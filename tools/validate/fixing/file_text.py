"""The text of a file and the way back to its bytes: the same encoding, byte order mark and newlines."""

from __future__ import annotations

import contextlib
import io
import re
import tokenize
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass

from .edits import Held

_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class FileText:
    """`newline` is what the file's first line ends with."""

    text: str
    encoding: str
    mark: bytes
    newline: str

    @classmethod
    def read(cls, file: str, data: bytes) -> FileText:
        """The text as the rules have read it. Raises ValueError, SyntaxError where it is none."""
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0] if file.endswith(".py") else "utf-8"
        mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        text = data[len(mark) :].decode(encoding)
        found = _NEWLINE.search(text)
        return cls(text, encoding, mark, found.group() if found else "\n")

    def bytes_of(self, text: str) -> bytes:
        """Another text as bytes of this file. Raises UnicodeEncodeError."""
        return self.mark + text.encode(self.encoding)


def text_of(files: Mapping[str, bytes], file: str) -> FileText:
    """The text of one of the files. Raises Held where it cannot be put back into the same bytes."""
    with contextlib.suppress(KeyError, ValueError, SyntaxError):
        found = FileText.read(file, files[file])
        if found.bytes_of(found.text) == files[file]:
            return found
    raise Held(f"{file} is not text that can be changed.")
