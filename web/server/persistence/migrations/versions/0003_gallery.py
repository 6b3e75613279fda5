"""The gallery: pictures, boards, and the words to find pictures by. The pictures themselves come by the next scan."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FULL_TEXT = (
    "CREATE VIRTUAL TABLE picture_words USING "
    "fts5(words, model, sampler, prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
)
PLAIN = (
    "CREATE TABLE picture_words (id BIGINT NOT NULL PRIMARY KEY, words TEXT NOT NULL, model TEXT NOT NULL, "
    "sampler TEXT NOT NULL)"
)


def upgrade() -> None:
    """Apply."""
    moment = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "pictures",
        sa.Column("id", moment, primary_key=True, autoincrement=False),
        sa.Column("path", sa.Text, nullable=False, unique=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("modified", sa.Float, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("job_id", sa.String(128), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("node", "title")),
        sa.Column("workflow", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("blur", "prompt", "negative", "model", "sampler")),
        sa.Column("seed", sa.String(40), nullable=False),
        sa.Column("steps", sa.Integer),
        sa.Column("cfg", sa.Float),
        sa.Column("bin", sa.Integer, nullable=False),
        sa.Column("star", sa.Integer, nullable=False),
        sa.Column("trashed", sa.Float),
    )
    op.create_index("pictures_in_order", "pictures", ["bin", "id"])
    op.create_index("pictures_by_star", "pictures", ["bin", "star", "id"])
    op.create_index("pictures_by_seed", "pictures", ["seed", "id"])
    op.create_index("pictures_by_job", "pictures", ["job_id", "id"])
    op.create_table(
        "boards",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("position", sa.Float, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
    )
    op.create_table(
        "board_pictures",
        sa.Column("board_id", sa.String(32), sa.ForeignKey("boards.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("picture_id", moment, sa.ForeignKey("pictures.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_index("board_pictures_in_order", "board_pictures", ["board_id", "position"])
    op.create_index("board_pictures_by_picture", "board_pictures", ["picture_id"])
    op.execute(FULL_TEXT if op.get_bind().dialect.name == "sqlite" else PLAIN)
