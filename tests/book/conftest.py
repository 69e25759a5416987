"""A way to write the good book with some of its files changed."""

from pathlib import Path

import pytest
from tests.book.mills import Make, good

from crossbearing.book.load import Loaded, load


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write the good book with some files replaced (`claims__csv="..."`) and load it; None leaves a file out."""

    def run(**files: str | bytes | None) -> Loaded:
        named = {name.replace("__", "."): content for name, content in files.items()}
        for name, content in {**good(), **named}.items():
            if content is not None:
                (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return load(tmp_path)

    return run
