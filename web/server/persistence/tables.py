"""The tables. Values of any size travel as JSON text: a seed may be larger than SQLite's integers."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(128), nullable=False, unique=True),
    Column("position", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("started", Float),
    Column("finished", Float),
    Column("node_count", Integer, nullable=False),
    Column("outputs", Text, nullable=False),
    Column("problems", Text, nullable=False),
    Index("jobs_by_state", "state", "position"),
    sqlite_autoincrement=True,
)

job_contents = Table(
    "job_contents",
    metadata,
    Column("job_id", String(128), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("graph", Text, nullable=False),
    Column("workflow", Text),
    Column("targets", Text),
    Column("client_id", Text),
    Column("extra", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("job_id", String(128), nullable=False),
    Column("time", Float, nullable=False),
    Column("body", Text, nullable=False),
    Index("events_by_job", "job_id", "seq"),
)

images = Table(
    "images",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(128), nullable=False),
    Column("node", Text, nullable=False),
    Column("root", String(16), nullable=False),
    Column("subfolder", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("created", Float, nullable=False),
    sqlite_autoincrement=True,
)
