"""Boards of the gallery."""

from web.server.endpoint import Call, endpoint
from web.server.gallery.record import BoardRecord
from web.server.refusals import refuse
from web.server.schemas.pictures import (
    BoardList,
    BoardModel,
    ChangeBoard,
    ChangeBoardPictures,
    ChangedCount,
    DeletedBoard,
    MoveOnBoard,
    NewBoard,
)

PATH = "/api/v1/boards"


@endpoint("GET", PATH, response=BoardList)
async def list_boards(call: Call[None, None]) -> BoardList:
    """List the boards in order."""
    return BoardList(boards=[_model(item) for item in await call.services.boards.all()])


@endpoint("POST", PATH, body=NewBoard, response=BoardModel, status=201, errors=(422, 507))
async def make_board(call: Call[NewBoard, None]) -> BoardModel:
    """Make a board, with pictures on it at once."""
    made = await call.services.boards.add(call.body.title, call.body.ids)
    return _model(made)


@endpoint("POST", PATH + "/{id}", body=ChangeBoard, errors=(404, 422))
async def change_board(call: Call[ChangeBoard, None]) -> None:
    """Rename a board, or give it another place in the order."""
    if not await call.services.boards.change(call.part("id"), call.body.title, call.body.before):
        raise _unknown()


@endpoint("DELETE", PATH + "/{id}", response=DeletedBoard, errors=(404,))
async def delete_board(call: Call[None, None]) -> DeletedBoard:
    """Delete a board. Its pictures stay in the gallery."""
    held = await call.services.boards.delete(call.part("id"))
    if held is None:
        raise _unknown()
    return DeletedBoard(ids=held)


@endpoint("POST", PATH + "/{id}/pictures", body=ChangeBoardPictures, response=ChangedCount, errors=(404, 422))
async def change_board_pictures(call: Call[ChangeBoardPictures, None]) -> ChangedCount:
    """Put pictures on a board, and take others off."""
    changed = await call.services.boards.put(call.part("id"), call.body.add, call.body.remove)
    if changed is None:
        raise _unknown()
    return ChangedCount(changed=changed)


@endpoint("POST", PATH + "/{id}/order", body=MoveOnBoard, errors=(404, 422))
async def move_on_board(call: Call[MoveOnBoard, None]) -> None:
    """Give a picture another place on its board."""
    if not await call.services.boards.move(call.part("id"), call.body.id, call.body.before):
        raise refuse(404, "board.unknown_picture", "There is no such picture on this board.")


def _model(item: BoardRecord) -> BoardModel:
    return BoardModel(id=item.id, title=item.title, pictures=item.pictures, cover=item.cover)


def _unknown() -> Exception:
    return refuse(404, "board.unknown", "There is no such board.", "It may have been deleted.")
