"""The subjects that actions are filed under."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """A subject; an action has one to three."""

    CIVIL_SERVICE = "civil-service"
    CLIMATE = "climate"
    DRUGS = "drugs"
    EDUCATION = "education"
    ELECTIONS = "elections"
    FEDERAL_FUNDING = "federal-funding"
    FINANCE = "finance"
    GUNS = "guns"
    IMMIGRATION = "immigration"
    LABOR = "labor"
    LAND_WATER = "land-water"
    LGBTQ = "lgbtq"
    NATIONAL_GUARD = "national-guard"
    POLICING = "policing"
    PRIVACY = "privacy"
    PUBLIC_HEALTH = "public-health"
    REPRODUCTIVE_HEALTH = "reproductive-health"
    SPEECH_MEDIA = "speech-media"
    SUPPLY_CHAIN = "supply-chain"
    TECHNOLOGY = "technology"
    TRANSPORT = "transport"

    @property
    def label(self) -> str:
        """For readers."""
        return _LABELS.get(self, self.value.replace("-", " ").capitalize())


_LABELS = {
    Topic.LAND_WATER: "Land and water",
    Topic.LGBTQ: "LGBTQ",
    Topic.NATIONAL_GUARD: "National Guard",
    Topic.SPEECH_MEDIA: "Speech and media",
    Topic.SUPPLY_CHAIN: "Supply chains",
}
