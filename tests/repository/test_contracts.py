"""The house's walls hold: an import planted where it must not be makes `make lint` fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS, SQL, PLATFORMS, SETTINGS, SERVING, STORAGE = (
    "Layers",
    "Only storage knows SQL",
    "Only its adapter",
    "Only the application and the command line",
    "Serving knows services",
    "Only the application knows storage",
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("house")
    for name in ("bot", "adapters", "storage"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


def test_the_tree_as_it_is_keeps_every_contract(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "planted", "broken"),
    [
        ("bot/engine/catalogue/lists.py", "import sqlalchemy", SQL),
        ("bot/commands/help.py", "import psycopg", SQL),
        ("adapters/terminal/render.py", "import storage", LAYERS),
        ("storage/catalogue/reading.py", "import adapters.terminal.render", LAYERS),
        ("bot/outbox/worker.py", "import bot.commands", LAYERS),
        ("bot/outbox/attempts.py", "import bot.notices.notify", LAYERS),
        ("bot/outbox/sending.py", "import bot.engine.review.desk", LAYERS),
        ("bot/domain/catalogue/dates.py", "import bot.messages.reply", LAYERS),
        ("bot/engine/catalogue/law.py", "import slack_bolt", PLATFORMS),
        ("bot/answering/answering.py", "import discord", PLATFORMS),
        ("bot/answering/conversation.py", "import adapters.discord.inbound", LAYERS),
        ("bot/commands/dispatch.py", "import bot.answering.timing", LAYERS),
        ("adapters/terminal/chat.py", "import apscheduler", PLATFORMS),
        ("bot/engine/imports/starter.py", "import bot.settings", SETTINGS),
        ("bot/serving.py", "import adapters.discord", SERVING),
        ("bot/serving.py", "import storage.database", SERVING),
        ("bot/cli/chat.py", "import storage.database", STORAGE),
    ],
)
def test_a_planted_import_is_named(house: Path, module: str, planted: str, broken: str) -> None:
    file = house / module
    clean = file.read_text(encoding="utf-8")
    marker = "from __future__ import annotations\n"
    assert marker in clean
    file.write_text(clean.replace(marker, f"{marker}\n{planted}\n", 1), encoding="utf-8")
    try:
        result = lint(house)
    finally:
        file.write_text(clean, encoding="utf-8")
    assert result.returncode != 0
    named = [line for line in result.stdout.replace("\n", " ").split("KEPT") if "BROKEN" in line]
    assert broken in " ".join(named)
