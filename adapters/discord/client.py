"""The bot as discord.py sees it: which events there are and where each one goes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from adapters.discord.commands import add_commands, digest_of
from adapters.discord.drawing.items import ITEMS
from adapters.discord.drawing.render import draw
from adapters.discord.hosts import DISCORD_FILES
from adapters.discord.inbound import PLATFORM, home_of
from adapters.discord.limits import TIMING
from adapters.discord.outbound import DiscordConversation
from adapters.discord.serving.homes import Servers, of_shard, server
from adapters.discord.submitted import read_form
from adapters.discord.wire import LONGEST_WAIT, tracing, unblock
from bot.answering.answering import Answering
from bot.answering.homes import Homes
from bot.commands.spec import Pressed
from bot.errors import ConfigurationError
from bot.messages.problems import FAILED, problem_reply
from bot.ports.store import read_async, write_async

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.discord.inbound import Interaction
    from bot.answering.files import FileSource
    from bot.answering.timing import Timing
    from bot.commands.dispatch import Dispatcher
    from bot.commands.spec import Asked, Suggestion
    from bot.ports import Store

log = logging.getLogger(__name__)

_MISSING_ACCESS = 50001
_CHANGED = problem_reply(
    "not_understood", "This command has changed. Restart Discord (Ctrl+R, or close the app), then try again."
)


def without_voice() -> None:
    """Keep discord.py from warning at every start that it could not speak, which this bot never does."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class Tree(app_commands.CommandTree["FiftywireClient"]):
    """The command tree; says what went wrong to the asker, in words."""

    async def on_error(
        self, interaction: discord.Interaction[FiftywireClient], error: app_commands.AppCommandError, /
    ) -> None:
        """A command that Discord still shows but that is another one by now, or a fault of ours."""
        known = isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch)
        if not known:
            log.error(
                "A call from Discord failed: %s", type(error.__cause__ or error).__name__, exc_info=error
            )
        if (
            not interaction.response.is_done()
            and interaction.type is discord.InteractionType.application_command
        ):
            answer = _CHANGED if known else FAILED
            try:
                await interaction.response.send_message(view=draw(answer), ephemeral=True)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
                log.warning("An answer did not reach Discord: %s.", type(failure).__name__)


class FiftywireClient(discord.AutoShardedClient):
    """Everything that Discord tells the bot comes in here."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        files: FileSource = DISCORD_FILES,
        timing: Timing = TIMING,
        **options: Any,
    ) -> None:
        """`files` are those that people send; `options` are discord.py's."""
        without_voice()
        super().__init__(
            # Commands, buttons, forms and menus need no more; nothing here reads what people write.
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # Longer waits are errors: of the daily limit of new commands Discord says so with a 429 of hours.
            max_ratelimit_timeout=LONGEST_WAIT,
            http_trace=tracing(),
            **options,
        )
        self.tree = Tree(self)
        self.answering = Answering(dispatcher, "Discord", timing, discord.utils.utcnow)
        self._timing = timing
        self._dispatcher = dispatcher
        self._files = files
        self._homes = Homes(dispatcher.store, Servers(self), discord.utils.utcnow)
        add_commands(self.tree, dispatcher.registry, self)

    @property
    def store(self) -> Store:
        """The database."""
        return self._dispatcher.store

    async def setup_hook(self) -> None:
        """Know the buttons of all messages ever sent; tell Discord of the commands if they are others now."""
        unblock(self.http)
        self.add_dynamic_items(*ITEMS)
        digest, application = digest_of(self.tree), str(self.application_id)
        told = await read_async(self.store, lambda uow: uow.command_trees.digest(PLATFORM, application))
        if told == digest and await self._are_there():
            return
        if not await self._tell_of_commands():
            return
        await write_async(self.store, lambda uow: uow.command_trees.keep(PLATFORM, application, digest))

    async def _are_there(self) -> bool:
        """Whether Discord still has them: another program with this token may have set its own."""
        try:
            held = await self.tree.fetch_commands()
        except (discord.HTTPException, discord.RateLimited):
            return True  # what was told stands until we know better
        return {command.name for command in self.tree.get_commands()} <= {command.name for command in held}

    async def _tell_of_commands(self) -> bool:
        """Whether Discord took them. What it does not take keeps nobody from using those it has."""
        try:
            await self.tree.sync()
        except (discord.HTTPException, discord.RateLimited) as error:
            if getattr(error, "code", 0) == _MISSING_ACCESS:
                raise ConfigurationError(
                    "Discord does not let this bot have commands: the scope applications.commands is "
                    "missing. Invite it anew with a link that `fiftywire discord invite` prints."
                ) from None
            status = getattr(error, "status", 429)
            if status in (401, 403) or status >= 500:
                raise
            log.error(
                "Discord does not take the commands of this version (status %s, code %s) and goes on with "
                "those it has. They are offered again at the next start.",
                status,
                getattr(error, "code", "none"),
            )
            return False
        return True

    async def ask(self, interaction: Interaction, asked: Asked) -> None:
        """Answer a command, a button, a form that was sent."""
        await self.answering.answer(DiscordConversation(interaction, asked, self._timing))

    async def pressed(self, interaction: Interaction, token: str) -> None:
        """Answer a button, or a line that was picked from a list."""
        await self.ask(interaction, Pressed(token))

    async def suggest(
        self, interaction: Interaction, command: str, option: str, text: str
    ) -> Sequence[Suggestion]:
        """What to offer while an option is typed."""
        home, asked_at = home_of(interaction), interaction.created_at
        return await self.answering.suggest(command, option, text, home, asked_at)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Take forms as they were sent; discord.py would drop one that was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        try:
            filled = read_form(interaction.data or {}, self._files)
        except ValueError:
            log.warning("A form came in that cannot be read.")
            return
        await self.ask(interaction, filled)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a server."""
        await self._homes.enter(server(guild))

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        """A server changed."""
        if before.name != after.name:
            await self._homes.enter(server(after))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed from a server, or the server is gone."""
        await self._homes.leave(server(guild))

    async def on_shard_ready(self, shard_id: int) -> None:
        """A new session named every server of its shard."""
        count = self.shard_count or 1
        await self._homes.match(lambda home: of_shard(home, shard_id, count))
