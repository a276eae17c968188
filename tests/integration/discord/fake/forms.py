"""What a person puts into a form, and the people, roles, channels and files that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.integration.discord.fake.guilds import MEMBER_PERMISSIONS, Channel, Role, User, member
from tests.integration.discord.fake.messages import File

if TYPE_CHECKING:
    from tests.integration.discord.fake.guilds import Guild
    from tests.integration.discord.fake.messages import Json
    from tests.integration.discord.fake.world import World

ROW, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 4, 10, 18
SELECTS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = (3, 5, 6, 7, 8), 19, 21, 22, 23


class Resolved:
    """The `resolved` data of an interaction, as it grows."""

    def __init__(self, world: World, guild: Guild | None) -> None:
        self.found: Json = {}
        self._world = world
        self._guild = guild

    def add(self, value: Any) -> str:
        """What is sent for a value: a string itself, of everything else the id."""
        permissions = {"permissions": str(MEMBER_PERMISSIONS)}
        match value:
            case str():
                return value
            case User():
                self._keep("users", value.id, value.payload())
                if self._guild is not None:
                    data = member(value) | permissions
                    del data["user"]
                    self._keep("members", value.id, data)
            case Role():
                self._keep("roles", value.id, value.payload())
            case Channel():
                self._keep("channels", value.id, value.payload() | permissions)
            case File():
                made = self._world.attachment(value, {})
                self._keep("attachments", int(made["id"]), made)
                return str(made["id"])
            case _:
                raise TypeError(f"nothing that a person could choose: {value!r}")
        return str(value.id)

    def _keep(self, kind: str, number: int, data: Json) -> None:
        self.found.setdefault(kind, {})[str(number)] = data


def fill(modal: Json, values: Json, resolved: Resolved) -> list[Json]:
    """The components of a submitted form; what is not given keeps its default."""
    given = dict(values)
    sent = [submitted(component, given, resolved) for component in modal["components"]]
    if given:
        raise LookupError(f"the form has no fields {list(given)}")
    return sent


def submitted(component: Json, given: Json, resolved: Resolved) -> Json:
    """One component of a submitted form."""
    kind = component["type"]
    sent: Json = {"type": kind, "id": component["id"]}
    match kind:
        case 1:
            return sent | {"components": [submitted(c, given, resolved) for c in component["components"]]}
        case 18:
            return sent | {"component": submitted(component["component"], given, resolved)}
        case 10:
            return sent
    name = component["custom_id"]
    value = given.pop(name, default(component))
    # `required` is true by default; a client does not send a form without it.
    if component.get("required", True) and value in ("", [], None):
        raise LookupError(f"the form needs {name}")
    if kind == TEXT_INPUT and len(value) > component.get("max_length", 4000):
        raise LookupError(f"{name} takes at most {component['max_length']} characters")
    if kind in (*SELECTS, FILE_UPLOAD, CHECKBOX_GROUP):
        return sent | {"custom_id": name, "values": [resolved.add(each) for each in value]}
    return sent | {"custom_id": name, "value": value}


def default(component: Json) -> Any:
    """What stands in a field before anyone touches it."""
    chosen = [option["value"] for option in component.get("options", []) if option.get("default")]
    match component["type"]:
        case 4:
            return component.get("value") or ""
        case 21:
            return chosen[0] if chosen else None
        case 23:
            return component.get("default", False)
    return chosen
