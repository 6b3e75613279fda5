"""Priorities, batches, webhooks, search texts and settings."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHUNK = 500


def upgrade() -> None:
    """Apply."""
    for column in (
        sa.Column("rank", sa.Integer, nullable=False, server_default="0"),
        sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
        sa.Column("retry_of", sa.String(128)),
        sa.Column("batch_id", sa.String(128)),
        sa.Column("batch_index", sa.Integer),
    ):
        op.add_column("jobs", column)
    op.add_column("job_contents", sa.Column("webhook", sa.Text))
    op.add_column("job_contents", sa.Column("report", sa.Text))
    op.drop_index("jobs_by_state", "jobs")
    op.create_index("jobs_in_line", "jobs", ["state", "rank", "position", "number"])
    op.create_index("jobs_by_state_and_number", "jobs", ["state", "number"])
    op.create_index("jobs_of_batch", "jobs", ["batch_id", "batch_index"])
    op.create_index("images_by_job", "images", ["job_id"])
    op.create_table(
        "job_texts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "batches",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(128), nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("axes", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.String(128), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_by_due", "deliveries", ["due"])
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _fill_texts(op.get_bind())


def _fill_texts(connection: sa.Connection) -> None:
    """Make the jobs that are there findable by their titles and prompts."""
    query = sa.text(
        "SELECT jobs.number, jobs.id, jobs.title, job_contents.graph FROM jobs JOIN job_contents "
        "ON job_contents.job_id = jobs.id WHERE jobs.number > :after ORDER BY jobs.number LIMIT :chunk"
    )
    after = 0
    while rows := connection.execute(query, {"after": after, "chunk": CHUNK}).all():
        texts = [{"number": row[0], "text": _text(row[1], row[2], row[3])} for row in rows]
        connection.execute(sa.text("INSERT INTO job_texts (number, text) VALUES (:number, :text)"), texts)
        after = rows[-1][0]


def _text(job_id: str, title: str, graph: str) -> str:
    found = [job_id, title]
    for node in json.loads(graph).values():
        inputs = node.get("inputs") if isinstance(node, dict) else None
        found += [value for value in (inputs or {}).values() if isinstance(value, str)]
    return "\n".join(found).replace("\0", " ").lower()[:8000]
