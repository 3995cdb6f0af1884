"""Fills in defaults of task definitions and finds them as ECS does.

Source: ECS API reference, RegisterTaskDefinition, DescribeTaskDefinition, PortMapping.
"""

from typing import Any

from moto.core.utils import utcnow
from moto.ecs.exceptions import EcsClientException, TaskDefinitionNotFoundException
from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition

from patches import Function, patch


@patch(EC2ContainerServiceBackend)
def register_task_definition(
    original: Function, self: EC2ContainerServiceBackend, *args: Any, **kwargs: Any
) -> TaskDefinition:
    definition = original(self, *args, **kwargs)
    definition.registered_at = utcnow()
    for container in definition.container_definitions:
        container.setdefault("systemControls", [])
        if definition.network_mode == "awsvpc":
            # The reference: with awsvpc the host port is the container's, and tcp the default.
            container["portMappings"] = [
                {"hostPort": mapping.get("containerPort"), "protocol": "tcp", **mapping}
                for mapping in container["portMappings"]
            ]
    return definition


@patch(EC2ContainerServiceBackend)
def describe_task_definition(
    original: Function, self: EC2ContainerServiceBackend, task_definition_str: str
) -> TaskDefinition:
    """A family alone means its newest ACTIVE revision."""
    name = task_definition_str.split("/")[-1]
    if ":" in name:
        return original(self, task_definition_str)
    revisions = self.task_definitions.get(name, {}).values()
    active = [revision for revision in revisions if revision.status == "ACTIVE"]
    if not active:
        raise TaskDefinitionNotFoundException()
    return max(active, key=lambda revision: revision.revision)


def runnable(backend: EC2ContainerServiceBackend, reference: str) -> str:
    definition = backend.describe_task_definition(reference)
    if definition.status != "ACTIVE":
        raise EcsClientException("TaskDefinition is inactive")
    return definition.arn
