"""Interaction callbacks, and messages sent with an interaction's token, which need no other authorization."""

from __future__ import annotations

import time
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.integration.discord.fake import answers as callback
from tests.integration.discord.fake.guilds import unix
from tests.integration.discord.fake.messages import (
    BAD_FORM,
    EPHEMERAL,
    LOADING,
    ApiError,
    Json,
    edit,
    identify,
    walk,
)
from tests.integration.discord.fake.world import UNKNOWN_MESSAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.discord.fake.answers import Answer
    from tests.integration.discord.fake.faults import Request
    from tests.integration.discord.fake.messages import Message
    from tests.integration.discord.fake.world import World

UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
INVALID_TOKEN = (401, 50027, "Invalid Webhook Token")

# "You must send an initial response within 3 seconds", and a token is good for 15 minutes.
FIRST_RESPONSE, TOKEN_LIFE = 3.0, 900.0

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
MESSAGES = {callback.MESSAGE, callback.DEFERRED_MESSAGE}
UPDATES = {callback.DEFERRED_UPDATE, callback.UPDATE}
# A form cannot be answered with a form, a command has nothing to update.
POSSIBLE = {
    COMMAND: MESSAGES | {callback.MODAL},
    COMPONENT: MESSAGES | UPDATES | {callback.MODAL},
    AUTOCOMPLETE: {callback.CHOICES},
    SUBMIT: MESSAGES | UPDATES,
}


def respond(world: World, request: Request, interaction_id: str, token: str) -> Json | None:
    """POST /interactions/{id}/{token}/callback."""
    answer = world.answers.get(token)
    if answer is None or str(answer.id) != interaction_id:
        raise ApiError(*UNKNOWN_INTERACTION)
    with noted(answer):
        if answer.callback is not None:
            raise ApiError(*ALREADY_ACKNOWLEDGED)
        if time.time() - unix(answer.id) > FIRST_RESPONSE:
            raise ApiError(*UNKNOWN_INTERACTION)
        kind, data = request.json["type"], request.json.get("data") or {}
        if kind not in POSSIBLE[answer.type]:
            raise ApiError(*BAD_FORM)
        take(world, answer, request, kind, data)
    answer.callback = callback.Callback(kind, data)
    return callback_response(answer, kind) if request.query.get("with_response") in ("1", "true") else None


def take(world: World, answer: Answer, request: Request, kind: int, data: Json) -> None:
    """Do what an initial response asks for."""
    match kind:
        case callback.MESSAGE:
            answer.original = write(world, answer, data, request)
        case callback.DEFERRED_MESSAGE:
            # "The only valid message flag you may use is EPHEMERAL".
            flags = LOADING | int(data.get("flags") or 0) & EPHEMERAL
            answer.original = write(world, answer, {}, request, flags=flags)
        case callback.DEFERRED_UPDATE:
            answer.original = answer.source
        case callback.UPDATE if answer.source is not None:
            edit(answer.source, data, world.attachments(data, request.files))
            answer.original = answer.source
        case callback.CHOICES if choosable(data):
            answer.choices = data["choices"]
        case callback.MODAL if showable(data):
            answer.modal = deepcopy(data)
            identify(answer.modal["components"])
        case _:
            raise ApiError(*BAD_FORM)


def choosable(data: Json) -> bool:
    """At most 25 choices of at most 100 characters."""
    choices = data["choices"]
    return len(choices) <= 25 and all(
        1 <= len(c["name"]) <= 100 and len(str(c["value"])) <= 100 for c in choices
    )


def showable(data: Json) -> bool:
    """One to five rows, names of 1 to 100 characters and each once, a title and labels of at most 45."""
    names = [c["custom_id"] for c in walk(data["components"]) if "custom_id" in c]
    labels = [data["title"], *(c["label"] for c in data["components"] if c["type"] == 18)]
    return (
        1 <= len(data["components"]) <= 5
        and len(set(names)) == len(names)
        and all(1 <= len(name) <= 100 for name in (data["custom_id"], *names))
        and all(1 <= len(label) <= 45 for label in labels)
    )


def callback_response(answer: Answer, kind: int) -> Json:
    """The interaction callback response object."""
    interaction: Json = {"id": str(answer.id), "type": answer.type}
    if answer.original is None:
        return {"interaction": interaction}
    interaction |= {
        "response_message_id": str(answer.original.id),
        "response_message_loading": answer.original.placeholder,
        "response_message_ephemeral": answer.original.ephemeral,
    }
    if kind not in (callback.MESSAGE, callback.UPDATE):
        return {"interaction": interaction}
    return {"interaction": interaction, "resource": {"type": kind, "message": answer.original.data}}


def follow_up(world: World, request: Request, application_id: str, token: str) -> Json:
    """POST /webhooks/{application}/{token}."""
    answer = acknowledged(world, application_id, token)
    with noted(answer):
        message, body = answer.original, request.json
        if message is not None and message.placeholder and not message.deleted:
            # The first follow-up to a deferred response becomes it: its own EPHEMERAL flag is ignored.
            edit(message, body, world.attachments(body, request.files))
        else:
            message = write(world, answer, body, request)
    answer.followups.append(message)
    return message.data


def fetch_message(world: World, _: Request, application_id: str, token: str, message_id: str) -> Json:
    """GET /webhooks/{application}/{token}/messages/{message}."""
    answer = acknowledged(world, application_id, token)
    with noted(answer):
        return standing(answer, message_id).data


def edit_message(world: World, request: Request, application_id: str, token: str, message_id: str) -> Json:
    """PATCH of the same."""
    answer = acknowledged(world, application_id, token)
    with noted(answer):
        message = standing(answer, message_id)
        edit(message, request.json, world.attachments(request.json, request.files))
    answer.updated |= message is answer.original
    return message.data


def delete_message(world: World, _: Request, application_id: str, token: str, message_id: str) -> None:
    """DELETE of the same."""
    answer = acknowledged(world, application_id, token)
    with noted(answer):
        message = standing(answer, message_id)
    world.erase(message)
    answer.updated |= message is answer.original


def acknowledged(world: World, application_id: str, token: str) -> Answer:
    """An interaction whose token may be used: after its initial response, for 15 minutes."""
    answer = world.answers.get(token)
    if answer is None or application_id != str(world.application_id):
        raise ApiError(*UNKNOWN_WEBHOOK)
    with noted(answer):
        if answer.callback is None:
            raise ApiError(*UNKNOWN_WEBHOOK)
        if answer.expired or time.time() - unix(answer.id) > TOKEN_LIFE:
            raise ApiError(*INVALID_TOKEN)
    return answer


def standing(answer: Answer, message_id: str) -> Message:
    """One of an interaction's messages that was not deleted."""
    messages = [answer.original, *answer.followups]
    for message in messages[:1] if message_id == "@original" else messages:
        if message is not None and message_id in ("@original", str(message.id)) and not message.deleted:
            return message
    raise ApiError(*UNKNOWN_MESSAGE)


def write(world: World, answer: Answer, body: Json, request: Request, **more: Any) -> Message:
    """A new message of the bot where the interaction was."""
    metadata = {
        "id": str(answer.id),
        "type": answer.type,
        "user": answer.user.payload(),
        "authorizing_integration_owners": answer.payload["authorizing_integration_owners"],
    }
    more |= {"application_id": str(world.application_id), "webhook_id": str(world.application_id)}
    shown = not int(more.get("flags") or body.get("flags") or 0) & EPHEMERAL
    return world.write(
        answer.channel, world.bot, body, request.files, shown=shown, interaction_metadata=metadata, **more
    )


@contextmanager
def noted(answer: Answer) -> Iterator[None]:
    """Let an answer know what was refused."""
    try:
        yield
    except ApiError as error:
        answer.refused.append(error.code)
        raise
