"""docs/architecture.md draws the layers that the import contract holds, and names files that exist."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise, product
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_NODE = re.compile(r'(\w+)\["([\w.*]+)"\]')


def layers() -> list[list[str]]:
    """The rows of the layers contract, from the top: modules side by side are one row."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    rows = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    return [[module.strip(" ()") for module in row.split("|")] for row in rows]


def drawn() -> set[tuple[str, str]]:
    """The arrows of the diagram, as pairs of modules."""
    diagram = re.search(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    assert diagram
    names = dict(_NODE.findall(diagram[1]))
    arrows = set()
    for line in diagram[1].splitlines():
        above, arrow, below = _NODE.sub(r"\1", line).partition("-->")
        if arrow:
            ends = ([names[node.strip()] for node in end.split("&")] for end in (above, below))
            arrows |= set(product(*ends))
    return arrows


def test_the_diagram_shows_the_layers_of_the_contract() -> None:
    assert drawn() == {arrow for above, below in pairwise(layers()) for arrow in product(above, below)}


def test_every_file_that_the_page_names_exists() -> None:
    named = re.findall(r"`((?:bot|adapters|storage|tests|docs)/[\w./]*)`", PAGE)
    assert len(named) > 20
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing
