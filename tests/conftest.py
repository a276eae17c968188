"""Which tests run at all, and how much hypothesis makes up; `tests.world.sizes` has the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

from tests.world.sizes import SIZES, SOAK

if TYPE_CHECKING:
    import pytest

settings.register_profile(
    "fiftywire",
    max_examples=SIZES.examples,
    # `make test` makes up the same each time, so that no change is held up by what it did not break.
    derandomize=not SOAK,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("fiftywire")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `soak(only=...)` keeps for `make soak`."""
    left_out = [] if SOAK else [item for item in items if _only_in_soak(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _only_in_soak(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    kind = callspec.params.get("kind") if callspec else None
    return any(marker.kwargs.get("only") in (True, kind or True) for marker in item.iter_markers("soak"))
