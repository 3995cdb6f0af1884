"""Runs the tasks of RunTask to their end before the call answers: the main container exits with 0, or as ordered for its image.

moto's own tasks run until somebody stops them, and have one container without name and exit code. Sources: ECS API reference, RunTask,
Task, Container; developer guide, "Stopped tasks error messages".
"""

import uuid
from typing import Any

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend

import ecs_tasks
from ecs_task_definitions import runnable
from orders import ImageOrder, orders
from patches import add


class EndedTask:
    """A task. Its attributes have the names from which moto serialises the API's Task."""

    def __init__(self, backend: EC2ContainerServiceBackend, cluster: Any, definition: Any):
        ident = uuid.uuid4().hex
        prefix = cluster.arn.split(":cluster/")[0]
        self.task_arn = f"{prefix}:task/{cluster.name}/{ident}"
        self.cluster_arn = cluster.arn
        self.task_definition_arn = definition.arn
        self.last_status = self.desired_status = "STOPPED"
        self.created_at = self.stopped_at = utcnow()
        self.tags: list[dict[str, str]] = []
        self.containers: list[dict[str, Any]] = [
            {
                "containerArn": f"{prefix}:container/{cluster.name}/{ident}/{uuid.uuid4()}",
                "taskArn": self.task_arn,
                "name": one["name"],
                "image": one["image"],
                "lastStatus": "STOPPED",
            }
            for one in definition.container_definitions
        ]
        images = [name for one in definition.container_definitions for name in ecs_tasks.image_names(one)]
        self.end(orders[(backend.account_id, backend.region_name)].behaviour(images))

    def end(self, order: ImageOrder) -> None:
        main, *sidecars = self.containers
        if order.behaviour == "pull-fails":
            reason = order.reason or f"{main['image']}: not found"
            self.stop_code = "TaskFailedToStart"
            self.stopped_reason = f"CannotPullContainerError: {reason}"
            return
        self.stop_code = "EssentialContainerExited"
        self.stopped_reason = "Essential container in task exited"
        main["exitCode"] = order.exit_code if order.behaviour == "task-fails" else 0
        for sidecar in sidecars:
            # ECS ends it with SIGTERM.
            sidecar["exitCode"] = 143

    def advance(self) -> None:
        """moto lets time pass here."""


@add(EC2ContainerServiceBackend, lock=True)
def run_task(
    self: EC2ContainerServiceBackend,
    cluster_str: str,
    task_definition_str: str,
    count: int,
    overrides: dict[str, Any] | None,
    started_by: str,
    tags: list[dict[str, str]] | None,
    launch_type: str | None,
    networking_configuration: dict[str, Any] | None = None,
    group: str | None = None,
    platform_version: str | None = None,
    capacity_provider_strategy: list[dict[str, Any]] | None = None,
) -> list[EndedTask]:
    cluster = self._get_cluster(cluster_str)
    definition = self.describe_task_definition(runnable(self, task_definition_str))
    tasks = [EndedTask(self, cluster, definition) for _ in range(count)]
    for task in tasks:
        task.overrides = overrides or {}
        task.started_by = started_by or ""
        task.tags = tags or []
        task.launch_type = launch_type or "FARGATE"
        task.group = group or f"family:{definition.family}"
        self.tasks.setdefault(cluster.name, {})[task.task_arn] = task
    return tasks
