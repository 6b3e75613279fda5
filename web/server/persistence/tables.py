"""The tables. Values of any size travel as JSON text: a seed may be larger than SQLite's integers."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()
Moment = BigInteger().with_variant(Integer, "sqlite")
"""Microseconds since 1970. SQLite takes a primary key for its row number only when it is called INTEGER."""

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
    Column("rank", Integer, nullable=False, server_default="0"),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("retry_of", String(128)),
    Column("batch_id", String(128)),
    Column("batch_index", Integer),
    Index("jobs_in_line", "state", "rank", "position", "number"),
    Index("jobs_by_state_and_number", "state", "number"),
    Index("jobs_of_batch", "batch_id", "batch_index"),
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
    Column("webhook", Text),
    Column("report", Text),
)

job_texts = Table(
    "job_texts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)
"""What a search looks through, in lower case: a narrow table, because a search reads many rows."""

batches = Table(
    "batches",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(128), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("axes", Text, nullable=False),
    Column("total", Integer, nullable=False),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(128), nullable=False),
    Column("url", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Float, nullable=False),
    Index("deliveries_by_due", "due"),
    sqlite_autoincrement=True,
)
"""Webhooks that are still to be told."""

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What the server itself must remember, such as that the queue is paused."""

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
    Index("images_by_job", "job_id"),
    sqlite_autoincrement=True,
)

pictures = Table(
    "pictures",
    metadata,
    Column("id", Moment, primary_key=True, autoincrement=False),
    Column("path", Text, nullable=False, unique=True),
    Column("size", BigInteger, nullable=False),
    Column("modified", Float, nullable=False),
    Column("made", Float, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("job_id", String(128), nullable=False),
    Column("node", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("workflow", Integer, nullable=False),
    Column("blur", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("negative", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("sampler", Text, nullable=False),
    Column("seed", String(40), nullable=False),
    Column("steps", Integer),
    Column("cfg", Float),
    Column("bin", Integer, nullable=False),
    Column("star", Integer, nullable=False),
    Column("trashed", Float),
    Index("pictures_in_order", "bin", "id"),
    Index("pictures_by_star", "bin", "star", "id"),
    Index("pictures_by_seed", "seed", "id"),
    Index("pictures_by_job", "job_id", "id"),
)
"""The gallery: every picture of the output folder. ``id`` is when it was made, so that the order needs no sorting."""

boards = Table(
    "boards",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("position", Float, nullable=False),
    Column("created", Float, nullable=False),
)

board_pictures = Table(
    "board_pictures",
    metadata,
    Column("board_id", String(32), ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
    Column("picture_id", Moment, ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Index("board_pictures_in_order", "board_id", "position"),
    Index("board_pictures_by_picture", "picture_id"),
)
