"""Discord over simcord: slash commands, components, and modals that come in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcord.backend.errors import SetupError

from bot.commands.parsing import parse_options, split_command
from tests.contract.driver import Shown
from tests.integration.discord.driving import answer, buttons, said, selects
from tests.integration.discord.reviewing import controls, send, stands

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.results import InteractionResult

    from tests.integration.discord.reviewing import Room


class DiscordDriver:
    """Implements `tests.contract.driver.Driver`."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._people: dict[str, MemberActor] = {"ana": room.world.ana, "mo": room.mo, "flo": room.flo}

    def _person(self, who: str) -> MemberActor:
        if who not in self._people:
            self._people[who] = self._room.world.new_member(who)
        return self._people[who]

    async def ask(self, who: str, line: str) -> Shown:
        """By a slash command with options."""
        name, rest = split_command(line)
        spec = self._room.world.registry.find(name)
        options = {
            option: int(text) if spec.option(option).type.whole else text
            for option, text in parse_options(spec, rest).items()
        }
        return _shown(await self._person(who).slash(self._room.world.channel, name, **options))

    async def press(self, who: str, shown: Shown, label: str) -> Shown:
        """A button; one that others do not see is pressed by its token, as by a client made for that."""
        person, message = self._person(who), answer(shown.handle)
        try:
            return _shown(await person.click(message, label=label))
        except SetupError:
            return _shown(await self._room.world.press(person, buttons(message.components)[label]))

    async def pick(self, who: str, shown: Shown, label: str) -> Shown:
        """An option of a select menu."""
        message = answer(shown.handle)
        ((custom_id, value),) = [
            (select["custom_id"], option["value"])
            for select in selects(message.components)
            for option in select["options"]
            if option["label"] == label
        ]
        return _shown(await self._person(who).select(message, [value], custom_id=custom_id))

    async def fill(self, who: str, shown: Shown, **values: str) -> Shown:
        """The modal."""
        shows = controls(shown.handle)
        given: dict[str, Any] = {name: value for name, value in values.items() if name in shows}
        assert given.keys() == values.keys(), "on another step"
        return _shown(await send(self._person(who), shown.handle, **given))

    async def restart(self) -> None:
        """Another client over another database object."""
        await self._room.restart()


def _shown(result: InteractionResult) -> Shown:
    if result.modal:
        return Shown(str(result.modal["title"]), alone=True, form=stands(result), handle=result)
    message = answer(result)
    options = [option["label"] for select in selects(message.components) for option in select["options"]]
    return Shown(
        said(result), tuple(buttons(message.components)), tuple(options), message.ephemeral, handle=result
    )
