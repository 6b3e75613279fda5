"""``DeliveryStore`` on the database: webhooks that are still to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph_engine.jobs.job import Job
from web.server.persistence.database import Database
from web.server.webhooks.delivery import Delivery

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class DatabaseDeliveryStore:
    """Deliveries in the table ``deliveries``."""

    database: Database

    async def due(self, at: float, limit: int) -> Sequence[Delivery]:
        """Deliveries whose time has come, earliest first."""

        def work(connection: "Connection") -> list[Delivery]:
            from sqlalchemy import select

            from web.server.persistence.tables import deliveries

            query = select(deliveries).where(deliveries.c.due <= at).order_by(deliveries.c.due).limit(limit)
            return [Delivery(**row) for row in connection.execute(query).mappings()]

        return await self.database.read(work)

    async def next_due(self) -> float | None:
        """When the next delivery is due."""

        def work(connection: "Connection") -> float | None:
            from sqlalchemy import func, select

            from web.server.persistence.tables import deliveries

            return connection.execute(select(func.min(deliveries.c.due))).scalar()

        return await self.database.read(work)

    async def put_off(self, delivery_id: int, until: float) -> None:
        """Count a failed try."""

        def work(connection: "Connection") -> None:
            from sqlalchemy import update

            from web.server.persistence.tables import deliveries

            change = update(deliveries).where(deliveries.c.id == delivery_id)
            connection.execute(change.values(attempts=deliveries.c.attempts + 1, due=until))

        await self.database.write(work)

    async def done(self, delivery_id: int) -> None:
        """Forget a delivery."""

        def work(connection: "Connection") -> None:
            from sqlalchemy import delete

            from web.server.persistence.tables import deliveries

            connection.execute(delete(deliveries).where(deliveries.c.id == delivery_id))

        await self.database.write(work)

    async def job(self, job_id: str) -> Job | None:
        """The job a delivery is about."""

        def work(connection: "Connection") -> Job | None:
            from web.server.persistence import job_rows

            return job_rows.get(connection, job_id)

        return await self.database.read(work)
