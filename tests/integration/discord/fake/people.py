"""People at their clients: commands, buttons, menus and forms, sent as INTERACTION_CREATE to their shard."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from tests.integration.discord.fake.answers import Answer
from tests.integration.discord.fake.forms import Resolved, fill
from tests.integration.discord.fake.gateway import Gateway
from tests.integration.discord.fake.guilds import ALL_PERMISSIONS, MEMBER_PERMISSIONS, member

if TYPE_CHECKING:
    from tests.integration.discord.fake.guilds import Channel, Guild, Role, User
    from tests.integration.discord.fake.messages import Json, Message

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
CHAT_INPUT, MESSAGE_MENU = 1, 3
SUBCOMMANDS = (1, 2)
SNOWFLAKES = (6, 7, 8, 9, 11)
IN_GUILD, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2


class Who(TypedDict, total=False):
    """Who does it, where and when; all of it has a default. Without a guild it is a direct message."""

    user: User
    guild: Guild | None
    channel: Channel
    permissions: int
    roles: list[Role]
    app_permissions: int
    # For how many seconds the interaction has been on its way.
    age: float
    # authorizing_integration_owners: by default the guild if the bot is in it, else the user's own install.
    owners: dict[str, str]
    context: int
    locale: str


class People(Gateway):
    """The gateway and the people behind it."""

    async def slash(self, name: str, options: Json | None = None, **who: Unpack[Who]) -> Answer:
        """Use a command ("digest add"); the types of its options are those that the bot registered."""
        command, path, declared = self._command(name, CHAT_INPUT, who.get("guild"))
        resolved = Resolved(self, who.get("guild"))
        given = dict(options or {})
        filled = []
        for option in declared:
            if option["name"] in given:
                filled.append(value(option, given.pop(option["name"]), resolved))
            elif option.get("required"):
                raise LookupError(f"/{name} needs {option['name']}")
        if given:
            raise LookupError(f"/{name} has no options {list(given)}")
        return self._interact(COMMAND, invoked(command, path, filled, resolved.found), None, who)

    async def autocomplete(
        self, name: str, focused: str, typed: str, options: Json | None = None, **who: Unpack[Who]
    ) -> Answer:
        """Type into an option that completes itself; `options` are those filled in before."""
        command, path, declared = self._command(name, CHAT_INPUT, who.get("guild"))
        types = {option["name"]: option["type"] for option in declared}
        # Nothing is resolved or checked yet.
        filled: list[Json] = [
            {"name": key, "type": types[key], "value": getattr(each, "id", each)}
            for key, each in (options or {}).items()
        ]
        filled.append({"name": focused, "type": types[focused], "value": typed, "focused": True})
        return self._interact(AUTOCOMPLETE, invoked(command, path, filled, {}), None, who)

    async def menu(self, name: str, message: Message, **who: Unpack[Who]) -> Answer:
        """Use a command of a message's context menu."""
        self._place(message, who)
        command, _, _ = self._command(name, MESSAGE_MENU, who.get("guild"))
        data = invoked(command, [], [], {"messages": {str(message.id): message.data}})
        return self._interact(COMMAND, data | {"target_id": str(message.id)}, None, who)

    async def click(self, message: Message, custom_id: str, **who: Unpack[Who]) -> Answer:
        """Press a button."""
        return self._use(message, custom_id, {}, who)

    async def select(self, message: Message, custom_id: str, values: list[Any], **who: Unpack[Who]) -> Answer:
        """Choose from a select: strings, or people, roles and channels."""
        self._place(message, who)
        resolved = Resolved(self, who.get("guild"))
        data: Json = {"values": [resolved.add(each) for each in values]}
        if resolved.found:
            data["resolved"] = resolved.found
        return self._use(message, custom_id, data, who)

    async def submit(
        self, shown: Answer, values: Json, custom_id: str | None = None, **who: Unpack[Who]
    ) -> Answer:
        """Fill in the form that an answer shows and send it, as the person and in the place it was opened."""
        assert shown.modal is not None, f"no form: {shown}"
        who.setdefault("user", shown.user)
        who.setdefault("guild", shown.channel.guild)
        who.setdefault("channel", shown.channel)
        resolved = Resolved(self, who.get("guild"))
        data: Json = {"custom_id": custom_id or shown.modal["custom_id"]}
        data["components"] = fill(shown.modal, values, resolved)
        if resolved.found:
            data["resolved"] = resolved.found
        return self._interact(SUBMIT, data, shown.source, who)

    def _use(self, message: Message, custom_id: str, data: Json, who: Who) -> Answer:
        self._place(message, who)
        component = message.component(custom_id)
        data = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"], **data}
        return self._interact(COMPONENT, data, message, who)

    def _place(self, message: Message, who: Who) -> None:
        """What is done to a message is done where it stands."""
        channel = self.channels[message.channel_id]
        who.setdefault("channel", channel)
        who.setdefault("guild", channel.guild)
        if channel.recipient is not None:
            who.setdefault("user", channel.recipient)

    def _command(self, name: str, kind: int, guild: Guild | None) -> tuple[Json, list[Json], list[Json]]:
        """A registered command, the subcommands on the way to it, and its options."""
        # Only a chat command's name has parts; a guild's own command stands before a global one.
        first, *rest = name.split() if kind == CHAT_INPUT else [name]
        known = [*self.commands.get(guild.id if guild else -1, []), *self.commands.get(None, [])]
        command = next((c for c in known if c["name"] == first and c["type"] == kind), None)
        if command is None:
            raise LookupError(f"no command {name!r} among {[c['name'] for c in known]}")
        path: list[Json] = []
        node = command
        for part in rest:
            node = next(o for o in node.get("options", []) if o["name"] == part and o["type"] in SUBCOMMANDS)
            path.append(node)
        return command, path, node.get("options", [])

    def _interact(self, kind: int, data: Json, source: Message | None, who: Who) -> Answer:
        """Send an interaction; nobody gets it if no shard that serves the place has a session."""
        user, guild = who.get("user", self.someone), who.get("guild")
        channel = who.get("channel") or (guild.channels[0] if guild else self.direct_channel(user))
        permissions = str(who.get("permissions", MEMBER_PERMISSIONS))
        payload: Json = {
            "id": str(self.snowflake(who.get("age", 0.0))),
            "application_id": str(self.application_id),
            "type": kind,
            "token": secrets.token_urlsafe(48),
            "version": 1,
            "data": data,
            "channel": channel.payload() | {"permissions": permissions},
            "channel_id": str(channel.id),
            "app_permissions": str(who.get("app_permissions", ALL_PERMISSIONS)),
            "locale": who.get("locale", "en-US"),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": who.get("owners")
            or self._owners(user, guild, who.get("context")),
            "context": who.get("context", IN_GUILD if guild else IN_BOT_DM),
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if guild is not None:
            payload["guild_id"] = str(guild.id)
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
            payload["guild_locale"] = guild.locale
            payload["member"] = member(user, who.get("roles")) | {"permissions": permissions}
        else:
            payload["user"] = user.payload()
        if source is not None:
            payload["message"] = source.data
        answer = Answer(int(payload["id"]), payload["token"], kind, payload, channel, user, self.bell, source)
        self.answers[answer.token] = answer
        self.dispatch("INTERACTION_CREATE", payload, guild.id if guild else 0)
        return answer

    def _owners(self, user: User, guild: Guild | None, context: int | None) -> dict[str, str]:
        """Through whose install an interaction is allowed: "0" a guild's, "1" a person's."""
        if guild is not None and guild.joined:
            return {"0": str(guild.id)}
        if guild is not None or context == IN_PRIVATE_CHANNEL:
            return {"1": str(user.id)}
        return {"0": "0"}


def value(option: Json, given: Any, resolved: Resolved) -> Json:
    """An option as a client sends it, which lets nobody pick what is not among its choices."""
    allowed = [choice["value"] for choice in option.get("choices") or []]
    if allowed and given not in allowed:
        raise LookupError(f"{given!r} is none of the choices {allowed} of {option['name']}")
    sent = resolved.add(given) if option["type"] in SNOWFLAKES else given
    return {"name": option["name"], "type": option["type"], "value": sent}


def invoked(command: Json, path: list[Json], options: list[Json], resolved: Json) -> Json:
    """The data of a command's invocation."""
    for node in reversed(path):
        options = [{"name": node["name"], "type": node["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data | ({"resolved": resolved} if resolved else {})
