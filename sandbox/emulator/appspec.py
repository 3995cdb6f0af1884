"""Reads the AppSpec of a deployment to ECS.

Source: CodeDeploy user guide, "AppSpec File structure for Amazon ECS deployments" ('resources' and
'hooks' sections); CodeDeploy API reference: RevisionLocation, AppSpecContent. The message about a
missing container is ECS's, which CodeDeploy passes on.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import yaml
from moto.codedeploy.exceptions import CodeDeployException
from moto.ecs.models import TaskDefinition

HOOKS = (
    "BeforeInstall",
    "AfterInstall",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
)


class InvalidAppSpec(Exception):
    """An error in the AppSpec that CodeDeploy reports when the deployment runs."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass
class AppSpec:
    task_definition: str
    container_name: str
    container_port: int
    changes: dict[str, Any]
    hooks: dict[str, str]


def text_of(revision: dict[str, Any] | None) -> str:
    revision = revision or {}
    kind = revision.get("revisionType")
    part = revision.get("appSpecContent") if kind == "AppSpecContent" else revision.get("string")
    content = (part or {}).get("content")
    if kind not in ("AppSpecContent", "String") or not content:
        raise CodeDeployException(
            "InvalidRevisionException",
            "The revision of an Amazon ECS deployment must be an AppSpec.",
        )
    claimed = part.get("sha256")
    if claimed and claimed != hashlib.sha256(content.encode()).hexdigest():
        raise CodeDeployException(
            "InvalidRevisionException", "The SHA256 of the content does not match the one given."
        )
    return content


def read(content: str) -> AppSpec:
    try:
        # YAML reads JSON too.
        spec = yaml.safe_load(content)
        service = [next(iter(entry.values())) for entry in spec["Resources"]]
        if len(service) != 1 or service[0].get("Type") != "AWS::ECS::Service":
            raise ValueError("Resources names one AWS::ECS::Service")
        properties = service[0]["Properties"]
        container = properties["LoadBalancerInfo"]
        found = AppSpec(
            properties["TaskDefinition"],
            container["ContainerName"],
            int(container["ContainerPort"]),
            changes_of(properties),
            {name: arn for entry in spec.get("Hooks") or [] for name, arn in entry.items()},
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidAppSpec("INVALID_REVISION", f"The AppSpec file is not valid: {error}.") from error
    unknown = [name for name in found.hooks if name not in HOOKS]
    if unknown:
        raise InvalidAppSpec(
            "INVALID_REVISION", f"The AppSpec file has unknown hooks: {', '.join(unknown)}."
        )
    return found


def changes_of(properties: dict[str, Any]) -> dict[str, Any]:
    """The service's other properties in the AppSpec, with the names of ECS's API."""
    changes: dict[str, Any] = {}
    if properties.get("PlatformVersion"):
        changes["platformVersion"] = properties["PlatformVersion"]
    network = (properties.get("NetworkConfiguration") or {}).get("AwsvpcConfiguration")
    if network:
        changes["networkConfiguration"] = {"awsvpcConfiguration": lower(network)}
    if properties.get("CapacityProviderStrategy"):
        changes["capacityProviderStrategy"] = [
            lower(entry) for entry in properties["CapacityProviderStrategy"]
        ]
    return changes


def lower(entry: dict[str, Any]) -> dict[str, Any]:
    return {key[0].lower() + key[1:]: value for key, value in entry.items()}


def check_container(spec: AppSpec, definition: TaskDefinition) -> None:
    containers = {container["name"]: container for container in definition.container_definitions}
    name, port = spec.container_name, spec.container_port
    if definition.status != "ACTIVE":
        raise InvalidAppSpec("ECS_UPDATE_ERROR", unexpected("TaskDefinition is inactive"))
    if name not in containers:
        raise InvalidAppSpec(
            "ECS_UPDATE_ERROR",
            unexpected(f"The container {name} does not exist in the task definition."),
        )
    ports = [mapping.get("containerPort") for mapping in containers[name].get("portMappings") or []]
    if port not in ports:
        message = f"The container {name} did not have a container port {port} defined."
        raise InvalidAppSpec("ECS_UPDATE_ERROR", unexpected(message))


def unexpected(message: str) -> str:
    return f"The ECS service cannot be updated due to an unexpected error: {message} Check your ECS service status."
