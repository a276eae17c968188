"""Homes: one in which nothing ever ran, and copies of one with the starter catalogue."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.child import Fiftywire

if TYPE_CHECKING:
    from tests.cli.child import Done


def somebody(folder: Path) -> Fiftywire:
    """A home and a folder to run in, both new."""
    (folder / "home").mkdir()
    (folder / "work").mkdir()
    return Fiftywire(folder / "home", folder / "work")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fiftywire, Done]:
    """The first start of all, two questions through a pipe; whoever asks there may only read."""
    new = somebody(tmp_path_factory.mktemp("first"))
    return new, new.run(typed="/state IL\n/action IL-1\n")


@pytest.fixture(scope="session")
def reader(first: tuple[Fiftywire, Done]) -> Fiftywire:
    """Somebody with the starter catalogue, who only asks."""
    assert first[1].status == 0, first[1]
    return first[0]


@pytest.fixture
def writer(reader: Fiftywire, tmp_path: Path) -> Fiftywire:
    """Somebody with a starter catalogue of their own."""
    own = somebody(tmp_path)
    own.data.parent.mkdir(parents=True)
    shutil.copy(reader.data, own.data)
    return own


@pytest.fixture
def newcomer(tmp_path: Path) -> Fiftywire:
    """Somebody who never ran it."""
    return somebody(tmp_path)


@pytest.fixture
def full() -> Path:
    """A file on which there is no room left."""
    path = Path("/dev/full")
    if not path.exists():
        pytest.skip("this system has no /dev/full")
    return path
