"""Several pictures in one ZIP file. Pictures are packed already, so they are only put behind each other."""

import contextlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from graph_engine.files.folders import Folders
from graph_engine.files.jail import PathRefused
from web.server.gallery.picture_file import ROOT
from web.server.gallery.record import PictureRecord
from web.server.gallery.stripping import without_workflow


def zip_of(folders: Folders, records: Sequence[PictureRecord], *, workflow: bool) -> Path:
    """A temporary file with those pictures that are there; the caller deletes it. Raises OSError."""
    folders.temp.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="archive.tmp-", dir=folders.temp)
    try:
        with os.fdopen(handle, "wb") as target, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for item in records:
                with contextlib.suppress(PathRefused), folders.jail.open_read(ROOT, item.path) as file:
                    data = file.read()
                    archive.writestr(item.path, data if workflow else without_workflow(data))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
