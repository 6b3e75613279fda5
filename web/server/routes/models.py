"""Model files."""

import asyncio

from graph_engine.files.jail import PathRefused
from web.server.endpoint import Call, endpoint
from web.server.model_files import FoundModel, ModelFiles
from web.server.refusals import Refusal
from web.server.schemas.models import ModelFacts, ModelFileList, ModelFileModel, ModelKind, ModelsQuery


@endpoint("GET", "/api/v1/models", query=ModelsQuery, response=ModelFileList, errors=(404,))
async def list_models(call: Call[None, ModelsQuery]) -> ModelFileList:
    """List the model files by kind; with ``facts`` also what each is, as far as that is known within seconds."""
    shelf, wanted = call.services.models, call.query.kind
    known = await asyncio.to_thread(shelf.kinds, call.services.node_types.catalogue)
    kinds = known if wanted is None else [wanted]
    try:
        found = await asyncio.to_thread(lambda: [(kind, shelf.folders_of(kind), shelf.files(kind)) for kind in kinds])
    except PathRefused as refused:
        raise Refusal(404, refused.problems) from refused
    everything = [file for _, _, files in found for file in files]
    if call.query.facts:
        await shelf.learn(everything)
    return ModelFileList(
        kinds=[
            ModelKind(kind=kind, folders=folders, files=[_model(shelf, file) for file in files])
            for kind, folders, files in found
        ],
        complete=all(shelf.told(file) is not None for file in everything),
    )


def _model(shelf: ModelFiles, file: FoundModel) -> ModelFileModel:
    told = shelf.told(file)
    facts = None if told is None else ModelFacts.model_validate(told)
    return ModelFileModel(name=file.name, size=file.size, modified=file.modified, facts=facts)
