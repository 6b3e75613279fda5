"""Ready workflows and the judgement of a workflow."""

from web.server.schemas.base import Model
from web.server.schemas.saved_workflows import WorkflowCard
from web.server.schemas.workflow import DocumentBody


class TemplateModel(Model):
    """A ready workflow by its name (the file's name without suffix)."""

    name: str
    title: str
    description: str = ""
    card: WorkflowCard | None = None
    thumbnail: str | None = None


class TemplateList(Model):
    """Every ready workflow."""

    templates: list[TemplateModel]


class ValidateWorkflow(Model):
    """A workflow to judge without running it."""

    workflow: DocumentBody
