"""Everything a request may need, in one typed place."""

from dataclasses import dataclass

from aiohttp import web

from graph_engine.files.drafts import Drafts
from graph_engine.files.folders import Folders
from graph_engine.files.shelf import Shelf
from graph_engine.run.executor import Executor
from web.server.batch_service import BatchService
from web.server.events.hub import EventHub
from web.server.extensions import Extensions
from web.server.gallery.boards import Boards
from web.server.gallery.gallery import Gallery
from web.server.gate.gate import Gate
from web.server.job_service import JobService
from web.server.model_files import ModelFiles
from web.server.node_types import NodeTypes
from web.server.persistence.database import Database
from web.server.pictures import PictureStore
from web.server.progress import ProgressBoard
from web.server.settings import ServerSettings
from web.server.webhooks.sender import WebhookSender
from web.server.workflow_forms import WorkflowForms


@dataclass(frozen=True, kw_only=True)
class Services:
    """The server's parts. Built by the composition root, found by handlers under :data:`SERVICES`."""

    settings: ServerSettings
    gate: Gate
    folders: Folders
    database: Database
    executor: Executor
    hub: EventHub
    jobs: JobService
    batches: BatchService
    node_types: NodeTypes
    models: ModelFiles
    pictures: PictureStore
    gallery: Gallery
    boards: Boards
    board: ProgressBoard
    webhooks: WebhookSender
    forms: WorkflowForms
    shelf: Shelf
    published: Shelf
    """Published sub-graphs."""
    extensions: Extensions
    drafts: Drafts


SERVICES = web.AppKey("services", Services)
