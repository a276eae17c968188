"""All tables: who compares them with a database imports `metadata` from here, so that none is missing."""

from storage.catalogue import tables as catalogue
from storage.metadata import metadata
from storage.outbox import tables as outbox
from storage.people import tables as people
from storage.process import tables as process
from storage.review import tables as review

__all__ = ["catalogue", "metadata", "outbox", "people", "process", "review"]
