"""Files of a report that were fetched, and the cards that waited for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.deliveries import Purpose, about_report
from bot.engine.review.desk import Outcome
from bot.notices.notify import notify

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.review.reports import ReportFile
    from bot.ports import UnitOfWork


def keep_file(uow: UnitOfWork, file: ReportFile, content: bytes | None, now: datetime) -> None:
    """Keep what was fetched (None: it cannot be had); with the last file, cards wait for nothing more."""
    report = uow.reports.lock(file.report)
    wanted = {other.id for other in uow.files.of(file.report) if other.url}
    uow.files.keep(file.id, content)
    if report and wanted == {file.id}:
        notify(uow, Outcome(report, uow.proposals.get(report.proposal)), now)
        subject = about_report(report.number)
        uow.outbox.reschedule(subject, Purpose.CARD, max(now, report.visible_at))
