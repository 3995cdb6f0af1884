"""Lets an account read the images of another one if the policy of the repository allows it.

Sources: ECR user guide, "Private repository policies" and "Repository policy examples: Allow one or more AWS accounts";
the message: IAM user guide, "Troubleshoot access denied error messages".
"""

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.ecr.models import ECRBackend, ecr_backends
from moto.ecr.responses import ECRResponse

READS = {"BatchCheckLayerAvailability", "BatchGetImage", "DescribeImages", "GetDownloadUrlForLayer"}


def backend(response: Any) -> ECRBackend:
    account, region = response.current_account, response.region
    registry = response._get_param("registryId")
    action = response.headers.get("X-Amz-Target", "").split(".")[-1]
    if not registry or registry == account or action not in READS:
        return ecr_backends[account][region]
    owner = ecr_backends[registry][region]
    name = response._get_param("repositoryName")
    repository = owner.repositories.get(name)
    if repository is None or not allows(repository.policy, account, action):
        resource = f"arn:aws:ecr:{region}:{registry}:repository/{name}"
        raise JsonRESTError(
            "AccessDeniedException",
            f"User of the account {account} is not authorized to perform: ecr:{action} on resource: {resource} "
            f"because no resource-based policy allows the ecr:{action} action",
        )
    return owner


def allows(policy: str | None, account: str, action: str) -> bool:
    """Evaluates only the statements that allow whole accounts; the caller's own policy decides the rest."""
    root = f"arn:aws:iam::{account}:root"
    return any(
        statement["Effect"] == "Allow"
        and {account, root}.intersection(listed(statement["Principal"]["AWS"]))
        and f"ecr:{action}" in listed(statement["Action"])
        for statement in (json.loads(policy)["Statement"] if policy else [])
    )


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


ECRResponse.ecr_backend = property(backend)
