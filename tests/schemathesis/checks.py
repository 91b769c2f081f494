"""What schemathesis holds against an answer of the API.

Its own check takes every GraphQL error for the server's fault. Ours tell by their code whose fault they are.
"""

import schemathesis

# The client's faults. What is missing here, INTERNAL and UNAVAILABLE say, is ours.
EXPECTED = {"BAD_INPUT", "NOT_FOUND", "UNAUTHENTICATED"}


@schemathesis.check
def no_fault_of_the_server(ctx, response, case):
    """The status is no 5xx, and each error has a code that is the client's fault."""
    assert response.status_code < 500, f"status {response.status_code}"
    for error in response.json().get("errors", []):
        code = error.get("extensions", {}).get("code")
        assert code in EXPECTED, f"{code}: {error['message']}"
