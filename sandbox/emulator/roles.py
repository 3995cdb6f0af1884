"""Decides what a role allows an AWS service to do: its trust policy defines who may assume it (IAM user guide, "Role
trust policy"), its own policies what it allows ("Policy evaluation logic": a Deny wins). Of
conditions, only `aws:SourceAccount` is evaluated."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.models import iam_backends


def find(account: str, arn: str | None) -> Any:
    iam = iam_backends[account]
    for partition in iam:
        for role in iam[partition].get_roles():
            if role.arn == arn:
                return role
    return None


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(document: str | dict[str, Any]) -> list[dict[str, Any]]:
    found = json.loads(document) if isinstance(document, str) else document
    return as_list(found["Statement"])


def for_account(statement: dict[str, Any], account: str) -> bool:
    tests = statement.get("Condition", {}).values()
    wanted = [test["aws:SourceAccount"] for test in tests if "aws:SourceAccount" in test]
    return all(account in as_list(value) for value in wanted)


def trusts(account: str, arn: str | None, principal: str) -> bool:
    role = find(account, arn)
    return role is not None and any(
        statement.get("Effect") == "Allow"
        and principal in json.dumps(statement.get("Principal", {}))
        and for_account(statement, account)
        for statement in statements(role.assume_role_policy_document)
    )


def policies(role: Any) -> Iterator[dict[str, Any]]:
    documents = [*role.policies.values(), *(one.document for one in role.managed_policies.values())]
    for document in documents:
        yield from statements(document)


def matches(patterns: Any, value: str) -> bool:
    return any(fnmatchcase(value.lower(), pattern.lower()) for pattern in as_list(patterns))


def allows(account: str, arn: str | None, action: str, resource: str) -> bool:
    role = find(account, arn)
    effects = {
        statement["Effect"]
        for statement in (policies(role) if role else ())
        if matches(statement.get("Action", []), action)
        and matches(statement.get("Resource", []), resource)
    }
    return effects == {"Allow"}
