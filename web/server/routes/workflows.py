"""Workflows: judge one without running it, bring one into another form."""

import asyncio

from graph_engine.validate.problem import ProblemError
from web.server.endpoint import Call, endpoint
from web.server.job_service import Wish
from web.server.refusals import Refusal
from web.server.schemas.conversion import ConvertedWorkflow, ConvertWorkflow
from web.server.schemas.problems import ProblemList, ProblemModel
from web.server.schemas.templates import ValidateWorkflow


@endpoint("POST", "/api/v1/workflows/validate", body=ValidateWorkflow, response=ProblemList, errors=(413, 415, 422))
async def validate_workflow(call: Call[ValidateWorkflow, None]) -> ProblemList:
    """Say what is wrong with a workflow, and where."""
    found = await call.services.jobs.check(Wish(workflow=call.body.workflow))
    return ProblemList(problems=[ProblemModel(**problem.to_json()) for problem in found.problems])


@endpoint("POST", "/api/v1/workflows/convert", body=ConvertWorkflow, response=ConvertedWorkflow, errors=(413, 415, 422))
async def convert_workflow(call: Call[ConvertWorkflow, None]) -> ConvertedWorkflow:
    """Bring a workflow into another form: our document, the run form, or ComfyUI's canvas."""
    forms, catalogue, body = call.services.forms, call.services.node_types.catalogue, call.body
    try:
        came_as = forms.form_of(body.workflow)
        made, found = await asyncio.to_thread(forms.convert, body.workflow, body.to, catalogue)
    except ProblemError as refused:
        raise Refusal(422, refused.problems) from refused
    problems = [ProblemModel(**item.to_json()) for item in found]
    return ConvertedWorkflow(form=body.to, came_as=came_as, workflow=dict(made), problems=problems)
