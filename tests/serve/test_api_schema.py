"""Requests drawn from the OpenAPI document: no failure of the server's, and no answer that the document does not tell of.

HAVOC_SCHEMA_CASES sets how many are drawn per operation.
"""

import os

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = int(os.environ.get("HAVOC_SCHEMA_CASES", "12"))


@pytest.fixture(scope="module")
def api_schema(server):
    return schemathesis.openapi.from_url(f"{server.address}/openapi.json")


schema = schemathesis.pytest.from_fixture("api_schema")


@pytest.mark.timeout(3600)
@schema.parametrize()
@hypothesis.settings(
    max_examples=CASES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate]
)
def test_every_answer_is_documented(case):
    if isinstance(case.body, dict):
        # Long answers of a model that knows nothing show nothing more.
        for name in ("max_tokens", "max_completion_tokens", "max_new_tokens"):
            if isinstance(case.body.get(name), int) and case.body[name] > 64:
                case.body[name] = 64
    response = case.call(timeout=120)
    assert response.status_code < 500 or response.status_code == 507, response.text
    case.validate_response(response, checks=[status_code_conformance, content_type_conformance, response_schema_conformance])
