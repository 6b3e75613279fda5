"""Workflows: judge one without running it."""

from web.server.endpoint import Call, endpoint
from web.server.job_service import Wish
from web.server.schemas.problems import ProblemList, ProblemModel
from web.server.schemas.templates import ValidateWorkflow


@endpoint("POST", "/api/v1/workflows/validate", body=ValidateWorkflow, response=ProblemList, errors=(413, 415, 422))
async def validate_workflow(call: Call[ValidateWorkflow, None]) -> ProblemList:
    """Say what is wrong with a workflow, and where."""
    found = await call.services.jobs.check(Wish(workflow=call.body.workflow))
    return ProblemList(problems=[ProblemModel(**problem.to_json()) for problem in found.problems])
