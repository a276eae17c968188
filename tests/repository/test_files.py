"""What must and must not be in the repository."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SKIPPED = {".git", ".venv", "build", "__pycache__"}


def test_the_locks_pin_every_dependency_with_hashes_and_name_no_registry() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.split(r"[\[>=<]", name)[0] for name in project["project"]["dependencies"]]
    needed = {re.sub(r"[-_.]+", "-", name).lower() for name in names}  # as an index spells them
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        pinned = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE))
        assert needed <= pinned
        assert not re.search(r"https?://|index-url|find-links", text)
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert blocks
        assert all("--hash=sha256:" in block for block in blocks)


def test_both_locks_pin_the_same_versions() -> None:
    run, dev = (
        dict(
            re.findall(
                r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.M
            )
        )
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert run.items() <= dev.items()


def test_every_folder_of_tests_is_a_package() -> None:
    # Without tests/__init__.py a tests/bot/__init__.py would shadow our own `bot`.
    folders = {file.parent for file in (ROOT / "tests").rglob("*.py") if not SKIPPED & set(file.parts)}
    assert all((folder / "__init__.py").exists() for folder in folders)


def test_every_module_says_what_it_holds() -> None:
    modules = [file for name in ("bot", "adapters", "storage") for file in (ROOT / name).rglob("*.py")]
    silent = [
        str(file.relative_to(ROOT))
        for file in modules
        if (text := file.read_text(encoding="utf-8")).strip() and not text.startswith('"""')
    ]
    assert silent == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert all(page.name in index for page in folder.glob("0*.md"))


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"
