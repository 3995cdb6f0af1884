"""Whether a service of AWS may assume a role: its trust policy says so (IAM user guide, "Role trust
policy")."""

import json

from moto.iam.models import iam_backends


def trusts(account: str, arn: str | None, principal: str) -> bool:
    iam = iam_backends[account]
    for partition in iam:
        for role in iam[partition].get_roles():
            if role.arn == arn:
                found = json.loads(role.assume_role_policy_document)["Statement"]
                statements = found if isinstance(found, list) else [found]
                return any(
                    statement.get("Effect") == "Allow"
                    and principal in json.dumps(statement.get("Principal", {}))
                    for statement in statements
                )
    return False
