"""Tokens: a button's meaning in 100 characters, for ever."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.every import build_registry
from bot.commands.options import APPROACH, STATE, STATUS, TOPIC
from bot.errors import NotUnderstoodError
from bot.messages.form import Form
from bot.messages.limits import LONGEST_FORM_TOKEN, LONGEST_TOKEN
from bot.messages.message import Button, Choice, Item, Press, Section
from bot.messages.reply import Reply
from bot.messages.tokens import TokenCodec
from tests.unit.messages.test_documents import LINE

if TYPE_CHECKING:
    from bot.commands.spec import Value

GOLDEN = json.loads((Path(__file__).parent / "golden" / "tokens.json").read_text("utf-8"))
ANY_TEXT = st.text(st.characters(exclude_categories=()))


REGISTRY = build_registry()
CODEC = REGISTRY.codec
SPECS = {spec.name: spec for spec in REGISTRY.specs}
SORT_KEYS = st.from_regex(r"[0-9]{8}[A-Z]{2}[0-9]{7}", fullmatch=True)
PRESSES = st.one_of(
    st.builds(
        Press,
        st.just("state"),
        st.fixed_dictionaries(
            {},
            optional={
                "state": st.sampled_from([v.text for v in STATE.values]) | ANY_TEXT,
                "topic": st.sampled_from([v.text for v in TOPIC.values]) | ANY_TEXT,
                "approach": st.sampled_from([v.text for v in APPROACH.values]) | ANY_TEXT,
                "status": st.sampled_from([v.text for v in STATUS.values]) | ANY_TEXT,
            },
        ),
        after=st.just("") | SORT_KEYS,
        page=st.integers(1, 9_999_999),
    ),
    st.builds(
        Press,
        st.just("search"),
        st.fixed_dictionaries({"words": ANY_TEXT}, optional={"since": ANY_TEXT}),
        before=st.just("") | SORT_KEYS,
    ),
)


def nothing(_: str) -> None:
    return None


def sealed(*presses: Press) -> tuple[list[str], dict[str, str]]:
    reply, stored = CODEC.seal(Reply(buttons=tuple(Button("", press) for press in presses)))
    return [button.token for button in reply.buttons], stored


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["token"])
def test_every_form_ever_released_is_read(row: dict[str, Any]) -> None:
    press = Press(
        row["command"],
        row.get("options", {}),
        row.get("after", ""),
        row.get("before", ""),
        row.get("page", 1),
    )
    digest = row["token"].partition("*")[2]
    stored = {digest: row["stored"]} if digest else {}
    assert CODEC.command(row["token"]) == row["command"]
    assert CODEC.read(row["token"], stored.get) == press


def test_what_is_written_today_is_among_the_released_forms() -> None:
    """A form that is written anew must be added to the golden file, and stay there for ever."""
    for row in GOLDEN:
        digest = row["token"].partition("*")[2]
        press = CODEC.read(row["token"], {digest: row.get("stored")}.get)
        slot = row["token"][1:3] if row["token"][1] == "_" else row["token"][1]
        assert CODEC.write(press, slot) == (
            row["token"].partition("*")[0] + row["stored"] if digest else row["token"]
        )


@given(PRESSES)
def test_a_press_that_fits_is_read_from_its_token_alone(press: Press) -> None:
    token = CODEC.write(press)
    if len(token) <= LONGEST_TOKEN:
        assert CODEC.read(token, nothing) == press
    else:
        assert sealed(press)[1]


@given(st.lists(PRESSES, max_size=4))
def test_sealed_tokens_are_short_different_printable_and_read_back(presses: list[Press]) -> None:
    tokens, stored = sealed(*presses)
    assert len(set(tokens)) == len(presses)
    for token, press in zip(tokens, presses, strict=True):
        assert len(token) <= LONGEST_TOKEN
        assert token.encode()
        assert "\0" not in token
        assert CODEC.command(token) == press.command
        assert CODEC.read(token, stored.get) == press
    for body in stored.values():
        assert body.encode()
        assert "\0" not in body


def test_a_long_text_is_stored_under_its_hash_once() -> None:
    press = Press("search", {"words": "water " * 40})
    (one, other, short), stored = sealed(press, press, Press("search", {"words": "water"}))
    assert len(stored) == 1
    (digest,) = stored
    assert (one, other) == (f"10se*{digest}", f"11se*{digest}")
    assert short == "12se~w=water"
    assert sealed(press)[1] == stored


@pytest.mark.parametrize("length", range(84, 100))
def test_the_longest_text_that_fits_stays_in_the_token(length: int) -> None:
    (token,), stored = sealed(Press("search", {"words": "x" * length}))
    assert len(token) <= LONGEST_TOKEN
    assert bool(stored) == (length > LONGEST_TOKEN - len("10se~w="))


def test_a_hundred_equal_buttons_have_different_tokens() -> None:
    options = tuple(Button("", Press("state", {"state": "IL"})) for _ in range(50))
    reply, _ = CODEC.seal(Reply(choices=(Choice("", options), Choice("", options))))
    tokens = [option.token for choice in reply.choices for option in choice.options]
    assert len(set(tokens)) == 100
    assert {str(CODEC.read(token, nothing).options["state"]) for token in tokens} == {"IL"}


def test_the_buttons_of_items_and_a_form_get_tokens_of_their_own() -> None:
    press = Press("action", {"code": "IL-1"})
    reply = Reply(
        choices=(Choice("", (Button("", press),)),),
        buttons=(Button("", press),),
        items=(Item(LINE, Button("", press)), Item(LINE), Item(LINE, Button("", press))),
        sections=(
            Section("Moved", "", (Item(LINE), Item(LINE, Button("", press)))),
            Section("Nothing"),
            Section("Added", "", (Item(LINE, Button("", press)),)),
        ),
        form=Form("Setup", Press("setup", {"zone": "UTC"}), ()),
    )
    done, stored = CODEC.seal(reply)
    assert done.form
    opens = [item.opens.token for item in done.listed if item.opens]
    tokens = [done.choices[0].options[0].token, done.buttons[0].token, *opens]
    assert len({*tokens, done.form.token}) == 7
    assert all(CODEC.read(token, nothing) == press for token in tokens)
    assert CODEC.read(done.form.token, nothing) == done.form.press
    assert not stored


@pytest.mark.parametrize(("length", "kept"), [(LONGEST_FORM_TOKEN, 0), (LONGEST_FORM_TOKEN + 1, 1)])
def test_a_form_s_token_leaves_room_to_say_which_opening_it_is(length: int, kept: int) -> None:
    press = Press("setup", {"zone": "x" * (length - len("10su~z="))})
    done, stored = CODEC.seal(Reply(form=Form("Setup", press, ())))
    assert done.form
    assert len(done.form.token) <= LONGEST_FORM_TOKEN
    assert len(stored) == kept
    assert CODEC.read(done.form.token, stored.get) == press
    assert not CODEC.seal(Reply(buttons=(Button("", press),)))[1], "a button has more room"


def test_more_buttons_than_slots_still_have_tokens() -> None:
    tokens, _ = sealed(*[Press("state", {"state": "IL"})] * 200)
    assert all(CODEC.read(token, nothing).options == {"state": "IL"} for token in tokens)


def test_a_text_that_is_gone_is_not_understood() -> None:
    (token,), _ = sealed(Press("search", {"words": "water " * 40}))
    assert CODEC.command(token) == "search"
    with pytest.raises(NotUnderstoodError, match="another community"):
        CODEC.read(token, nothing)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "1",
        "10",
        "1_",
        "10s",
        "20st",
        "10xx",
        "1!st",
        "10st~",
        "10st~~sIL",
        "10stsIL",
        "10st~sZZ",
        "10st~s",
        "10st~zIL",
        "10st~sIL~sTX",
        "10st~#0",
        "10st~#12345678",
        "10st~>x",
        "10st~>",
        "10st~>2025CA1~<2025CA1",
        "10st~s=%",
        "10st~s=%zz",
        "10st*",
        "10st*short",
        "10st*" + "A" * 32,
        "10st*" + "a" * 31 + "\0",
        "10st~s=" + "x" * 100,
        "10st~sIL\n",
        "１0st~sIL",
    ],
)
def test_what_nobody_wrote_is_not_understood(token: str) -> None:
    def never(digest: str) -> str | None:
        raise AssertionError(digest)

    with pytest.raises(NotUnderstoodError):
        CODEC.read(token, never)


PIECES = ["1", "0", "_", "st", "se", "~", "*", "s", "w", "'", "%", "IL", "#", ">", "<", "2025CA1", "\0"]


@given(
    st.one_of(
        ANY_TEXT,
        st.from_regex(r"1[0-9a-z_][a-z]{2}[~*].{0,40}", fullmatch=True),
        st.lists(st.sampled_from(PIECES)).map("".join),
    )
)
def test_garbage_is_read_or_not_understood(token: str) -> None:
    for read in (lambda: CODEC.read(token, lambda _: token), lambda: CODEC.command(token)):
        with suppress(NotUnderstoodError):
            read()


def test_every_command_option_and_value_has_a_released_form() -> None:
    """What is new goes into the golden file with the release that brings it."""
    used = {(row["command"], option) for row in GOLDEN for option in ("", *row.get("options", ()))}
    assert used == {(name, option) for name, form in CODEC.forms.items() for option in ("", *form.options)}
    released: dict[tuple[Value, ...], set[str]] = {}
    for row in GOLDEN:
        for name, text in row.get("options", {}).items():
            released.setdefault(SPECS[row["command"]].option(name).type.values, set()).add(text)
    for spec in SPECS.values():
        for option in spec.options:
            values = option.type.values
            if values != STATE.values:  # of a state the code is the text
                missing = {value.text for value in values} - released[values]
                assert not missing, (spec.name, option.name, missing)


def test_codes_are_given_once() -> None:
    assert isinstance(CODEC, TokenCodec)
    kinds = [STATE, TOPIC, APPROACH, STATUS]
    kinds += [option.type for spec in SPECS.values() for option in spec.options if option.type.values]
    for kind in kinds:
        codes = [value.code for value in kind.values]
        assert len(set(codes)) == len(codes)
        assert all(code.isalnum() for code in codes)
    assert all(value.code == value.text for value in STATE.values)


def test_what_stands_in_a_long_token_of_a_form_comes_back_whole() -> None:
    """All that can be written into the longest form, of which no letter may be lost."""
    words = "Über 100% of it ~ \n- a line\n\ufeff\u202e🎉 \ud83c" + "x" * 3000
    given = {option.name: f"{words} {option.letter}" for option in SPECS["edit"].options}
    press = Press("edit", given, page=3)
    done, stored = CODEC.seal(Reply(form=Form("Edit R-12", press, ())))
    assert done.form
    assert len(done.form.token) <= LONGEST_FORM_TOKEN
    (body,) = stored.values()
    assert body.encode()
    assert CODEC.read(done.form.token, stored.get) == press
