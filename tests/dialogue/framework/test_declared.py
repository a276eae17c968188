"""What must hold of every declared command, whichever there are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot import errors
from bot.commands.every import build_registry
from bot.commands.registry import Registry

if TYPE_CHECKING:
    from bot.commands.spec import CommandSpec

SPECS = build_registry().specs
DOCS = Path(__file__).parents[3] / "docs"

# The commands that Slack keeps for itself: a manifest with one of them is refused whole (first two lines:
# NousResearch/hermes-agent#18456; the rest: slack.com/help/articles/201259356, also of earlier years).
SLACK_RESERVED = frozenset({
    "away", "collapse", "dnd", "expand", "feed", "join", "leave", "me", "msg", "mute", "open", "pro",
    "remind", "search", "shortcuts", "shrug", "status", "topic", "who",
    "active", "apps", "archive", "call", "canvas", "code", "dm", "huddle", "invite", "invite_people", "keys",
    "kick", "list", "part", "prefs", "remove", "rename", "star", "unarchive", "workflow",
})  # fmt: skip
# Discord: chat input commands and options; Slack takes the like, up to 32 characters.
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_command_can_be_declared_on_every_platform(spec: CommandSpec) -> None:
    assert NAME.fullmatch(spec.name)
    assert NAME.fullmatch(spec.slack_name or spec.name)
    assert (spec.slack_name or spec.name) not in SLACK_RESERVED
    assert 0 < len(spec.help) <= 100
    assert not spec.help.endswith(".")
    assert len(spec.options) <= 25
    assert [option.required for option in spec.options] == sorted(
        (option.required for option in spec.options), reverse=True
    ), "required options come first (Discord)"
    for option in spec.options:
        assert NAME.fullmatch(option.name)
        assert 0 < len(option.help) <= 100
        assert re.fullmatch(r"[a-z]", option.letter)
        for value in option.type.values:
            assert re.fullmatch(r"[A-Za-z0-9]{1,4}", value.code)
            assert 0 < len(value.label) <= 100
            assert option.type.text(option.type.read(value.text)) == value.text
    assert re.fullmatch(r"[a-z]{2}", spec.code)
    for example in spec.examples:
        assert example.split()[0] == f"/{spec.name}"


def test_a_name_on_slack_is_one_command_s_alone() -> None:
    everywhere = [spec.slack_name or spec.name for spec in SPECS]
    assert len(set(everywhere)) == len(everywhere)


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "zz"},
        {"name": "other"},
        {"name": "other", "code": "zz", "slack_name": "compare"},
        {"name": "other", "code": "zz", "slack_name": "find"},
        {"name": "find", "code": "zz"},
        {"name": "other", "code": "zz", "options": SPECS[0].options[:1] * 2},
    ],
    ids=["name", "code", "Slack name is a name", "Slack name", "name is a Slack name", "option"],
)
def test_two_that_would_be_taken_for_each_other_cannot_be_declared(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Registry.of((*SPECS, replace(SPECS[0], **changed)))


def test_the_letters_of_the_released_commands_never_change() -> None:
    """Buttons live for ever. A line here may be added, never changed."""
    assert {spec.code: (spec.name, "".join(option.letter for option in spec.options)) for spec in SPECS} == {
        "st": ("state", "stau"),
        "cm": ("compare", "so"),
        "tg": ("together", "s"),
        "mo": ("money", "s"),
        "ac": ("action", "c"),
        "se": ("search", "wstauf"),
        "to": ("topic", "tsau"),
        "re": ("recent", "d"),
        "an": ("answers", "m"),
        "lw": ("law", "p"),
        "tr": ("trend", "st"),
        "cv": ("coverage", ""),
        "lo": ("lookup", "t"),
        "rp": ("report", "walkydc"),
        "rs": ("reports", "r"),
        "wd": ("withdraw", "r"),
        "aw": ("answer", "rd"),
        "rl": ("relate", "rc"),
        "ln": ("link", "c"),
        "pv": ("privacy", "d"),
        "rv": ("review", "rsku"),
        "ap": ("approve", "rvudkao"),
        "ed": ("edit", "rvtspoxkaudnwbhz"),
        "du": ("duplicate", "rvow"),
        "as": ("ask", "rvq"),
        "rj": ("reject", "rvew"),
        "cl": ("claim", "rv"),
        "fw": ("forward", "rv"),
        "ba": ("banauthor", "rvw"),
        "up": ("update", "cudnlhr"),
        "ct": ("correct", "ctspoxkawbhrz"),
        "rt": ("retract", "ce"),
        "ch": ("check", "c"),
        "hi": ("history", "c"),
        "un": ("undo", "w"),
        "mb": ("member", "dwrt"),
        "au": ("audit", ""),
        "su": ("setup", "dzmrpcoj"),
        "ab": ("about", ""),
        "he": ("help", "c"),
    }


BUTTONS = {
    "relate", "approve", "edit", "duplicate", "ask", "reject", "claim", "forward", "banauthor",
}  # fmt: skip
"""Commands that are buttons alone; whatever else is declared is listed by every platform."""
INNER = {
    ("report", "community"),
    ("update", "base"),
    ("correct", "base"),
    ("correct", "start"),
    ("edit", "start"),
    *((name, "version") for name in BUTTONS - {"relate"}),
}
"""Options of which nobody is told; all others are offered and documented."""


def test_what_no_platform_lists_is_known() -> None:
    assert {spec.name for spec in SPECS if spec.button} == BUTTONS
    inner = {(spec.name, option.name) for spec in SPECS for option in spec.options if option.inner}
    assert inner == INNER
    for spec in SPECS:
        assert not (spec.button and (spec.menu or spec.slack_name or spec.examples))
        assert not any(option.inner and (option.required or option.positional) for option in spec.options)


# --- documentation


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_command_is_documented_with_its_options_and_examples(spec: CommandSpec) -> None:
    section = _sections()[f"/{spec.name}"]
    assert f"`{spec.usage}`" in section
    for option in spec.options:
        assert (spec.name, option.name) in INNER or f"`{option.name}`" in section, option.name
    for example in spec.examples:
        assert example in section
    if spec.slack_name:
        assert f"`/{spec.slack_name}`" in section


def test_buttons_are_documented_apart_from_the_commands() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    (apart,) = re.findall(r"^## The buttons of a card$(.*?)^## ", text, flags=re.M | re.S)
    assert set(re.findall(r"^### `/(.*)`$", apart, flags=re.M)) == BUTTONS


def test_no_command_is_documented_that_does_not_exist() -> None:
    documented = {heading for heading in _sections() if heading.startswith("/")}
    assert documented == {f"/{spec.name}" for spec in SPECS}


def test_every_value_of_an_option_is_documented() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for name in ("topic", "approach", "status"):
        (option,) = [option for option in SPECS[0].options if option.name == name]
        for value in option.type.values:
            assert f"`{value.text}`" in text, value.text
    sections = _sections()
    for command, name in (
        ("report", "kind"), ("review", "kind"), ("review", "status"),
        ("correct", "kind"), ("reject", "reason"), ("member", "do"), ("setup", "do"), ("setup", "policy"),
    ):  # fmt: skip
        (option,) = [
            one for spec in SPECS if spec.name == command for one in spec.options if one.name == name
        ]
        for value in option.type.values:
            assert f"`{value.text}`" in sections[f"/{command}"], (command, value.text)


def test_every_error_code_is_documented() -> None:
    found = {errors.FiftywireError}
    for _ in range(5):
        found |= {child for error in found for child in error.__subclasses__()}
    plain = {error.code for error in found} - {"error", "file"}  # a base class; a file's fault has no reply
    section = _sections()["When there is no answer"]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == plain | {"internal"}


def _sections() -> dict[str, str]:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    parts = re.split(r"^#+ `?([^`\n]+)`?$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
