"""People, roles, channels and guilds in the shapes in which Discord sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.discord.fake.messages import Json, Message

EPOCH = 1_420_070_400_000
ALL_PERMISSIONS = (1 << 53) - 1
# View channel, send messages, embed links, attach files, read history, use application commands.
MEMBER_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31
TEXT, DIRECT = 0, 1
THREADS = (10, 11, 12)


@dataclass(eq=False)
class User:
    """A person, or the bot."""

    id: int
    name: str
    bot: bool = False
    # Whether they take no direct messages.
    closed: bool = False

    def payload(self) -> Json:
        """As Discord sends it."""
        return {
            "id": str(self.id),
            "username": self.name.lower(),
            "global_name": self.name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
            "public_flags": 0,
        }


@dataclass(eq=False)
class Role:
    """A guild's role; `@everyone` has the guild's id."""

    id: int
    name: str
    permissions: int = 0

    def payload(self) -> Json:
        """As Discord sends it."""
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "position": 0 if self.name == "@everyone" else 1,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Channel:
    """A guild's channel or thread, or a direct channel with one person."""

    id: int
    type: int
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    # Permissions that everyone lacks there, the bot too.
    denied: int = 0
    messages: dict[int, Message] = field(default_factory=dict)

    def payload(self) -> Json:
        """As Discord sends it."""
        last = max(self.messages, default=None)
        data: Json = {
            "id": str(self.id),
            "type": self.type,
            "last_message_id": last and str(last),
            "flags": 0,
        }
        if self.recipient is not None:
            return {**data, "recipients": [self.recipient.payload()]}
        data |= {
            "name": self.name,
            "rate_limit_per_user": 0,
            "parent_id": self.parent and str(self.parent.id),
        }
        if self.guild is not None:
            data["guild_id"] = str(self.guild.id)
        if self.type in THREADS:
            since = timestamp(self.id)
            state = {
                "archived": False,
                "locked": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": since,
            }
            owner = {"owner_id": str(self.guild.owner.id)} if self.guild else {}
            return {**data, **owner, "message_count": 0, "member_count": 1, "thread_metadata": state}
        overwrites = []
        if self.denied and self.guild:
            overwrites = [{"id": str(self.guild.id), "type": 0, "allow": "0", "deny": str(self.denied)}]
        return {**data, "position": 0, "permission_overwrites": overwrites, "topic": None, "nsfw": False}


@dataclass(eq=False)
class Guild:
    """A server; the bot is in it unless `joined` is false."""

    id: int
    name: str
    owner: User
    joined: bool = True
    unavailable: bool = False
    locale: str = "en-US"
    system_channel: Channel | None = None
    channels: list[Channel] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    members: list[User] = field(default_factory=list)

    def payload(self) -> Json:
        """What `GET /guilds/{id}` and GUILD_CREATE have in common."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "owner_id": str(self.owner.id),
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "roles": [role.payload() for role in self.roles],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "system_channel_flags": 0,
            "system_channel_id": self.system_channel and str(self.system_channel.id),
            "premium_tier": 0,
            "preferred_locale": self.locale,
            "nsfw_level": 0,
        }

    def created(self) -> Json:
        """The data of GUILD_CREATE."""
        return self.payload() | {
            "joined_at": timestamp(self.id),
            "large": False,
            "member_count": len(self.members),
            "members": [member(user) for user in self.members],
            "channels": [c.payload() for c in self.channels if c.type not in THREADS],
            "threads": [c.payload() for c in self.channels if c.type in THREADS],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


def member(user: User, roles: list[Role] | None = None) -> Json:
    """A guild's member as Discord sends it."""
    return {
        "user": user.payload(),
        "nick": None,
        "avatar": None,
        "roles": [str(role.id) for role in roles or []],
        "joined_at": timestamp(user.id),
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def unix(snowflake: int) -> float:
    """When a snowflake was made."""
    return ((snowflake >> 22) + EPOCH) / 1000


def timestamp(snowflake: int) -> str:
    """The same as Discord writes it."""
    return datetime.fromtimestamp(unix(snowflake), UTC).isoformat()
