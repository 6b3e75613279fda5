"""Jobs, events and pictures on disk: SQLAlchemy and Alembic live here, behind one database thread."""
