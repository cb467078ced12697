"""Requests drawn from the OpenAPI document: no failure of the server's, and no answer that the document does not tell of.

HAVOC_SCHEMA_CASES sets how many are drawn per operation.
"""

import os

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = int(os.environ.get("HAVOC_SCHEMA_CASES", "8"))
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
MAX_TOKENS = 64
"""Long answers of a model that knows nothing show nothing more."""


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_every_answer_is_documented(server, mode):
    schema = schemathesis.openapi.from_url(f"{server.address}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == 12
    for operation in operations:
        _check(operation, mode)


def _check(operation, mode):
    @hypothesis.settings(
        max_examples=CASES,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
        derandomize=True,
        database=None,
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        if isinstance(case.body, dict):
            for name in ("max_tokens", "max_completion_tokens", "max_new_tokens"):
                if isinstance(case.body.get(name), int) and case.body[name] > MAX_TOKENS:
                    case.body[name] = MAX_TOKENS
        response = case.call(timeout=120)
        assert response.status_code < 500 or response.status_code == 507, f"{case.as_curl_command()}\n{response.text}"
        case.validate_response(response, checks=CHECKS)

    try:
        one()
    except hypothesis.errors.Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label  # no request to it can be wrong
