"""Models a service's deployments and their service revisions, as DescribeServices shows them.

Source: ECS API reference: Deployment, ServiceRevision; developer guide, "Amazon ECS service
revisions".
"""

import uuid
from typing import Any

from moto.core.utils import camelcase_to_underscores, utcnow

# The members of a service revision, which a rollback restores.
REVISION = (
    "taskDefinition",
    "capacityProviderStrategy",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "volumeConfigurations",
)


def attribute(name: str) -> str:
    """The attribute under which moto's serializer looks for a member of the API."""
    return camelcase_to_underscores(name)


def number() -> str:
    return str(uuid.uuid4().int)[:19]


def arn(service: Any, kind: str, name: str) -> str:
    prefix = service.arn.split(":service/")[0]
    return f"{prefix}:{kind}/{service.cluster_name}/{service.name}/{name}"


def enabled(connect: dict[str, Any] | None) -> dict[str, Any] | None:
    """DescribeServices does not return Service Connect if it is off."""
    return connect if connect and connect.get("enabled") else None


class Release:
    """A deployment or a task set: tasks of one service revision, in the target groups it was given."""

    def __init__(self, service: Any, changes: dict[str, Any] | None = None):
        self.service = service
        # A deployment and its revision have the same number: Terraform's provider finds one from the other.
        own = number()
        self.id = f"ecs-svc/{own}"
        self.settings = {name: getattr(service, attribute(name), None) for name in REVISION}
        self.settings.update(changes or {})
        self.revision_arn = arn(service, "service-revision", own)
        self.created_at = self.updated_at = utcnow()
        # Target group and port in which its tasks register.
        self.groups: list[tuple[str, int]] = [
            (entry["targetGroupArn"], entry.get("containerPort"))
            for entry in self.settings["loadBalancers"] or []
            if entry.get("targetGroupArn")
        ]

    @property
    def task_definition(self) -> str:
        return self.settings["taskDefinition"]

    @property
    def tasks(self) -> list[Any]:
        return [task for task in self.service.tasks if task.release is self and task.alive]

    def counts(self) -> dict[str, int]:
        tasks = [task for task in self.tasks if task.serving]
        running = sum(task.last_status == "RUNNING" for task in tasks)
        return {"runningCount": running, "pendingCount": len(tasks) - running}

    def apply(self) -> None:
        """Sets the service's members to those of this revision."""
        for name, value in self.settings.items():
            setattr(self.service, attribute(name), value)


class Deployment(Release):
    def __init__(self, service: Any, like: "Deployment | None" = None):
        super().__init__(service)
        self.status = "PRIMARY"
        self.failed_tasks = 0
        self.progress("IN_PROGRESS", f"ECS deployment {self.id} in progress.")
        if like:
            # A rollback is another deployment of the same revision, and keeps its tasks.
            self.settings, self.groups = like.settings, like.groups
            self.revision_arn = like.revision_arn
            for task in like.tasks:
                task.release = self

    def progress(self, state: str, reason: str) -> None:
        self.rollout_state = state
        self.rollout_state_reason = reason
        self.updated_at = utcnow()

    def complete(self) -> None:
        self.progress("COMPLETED", f"ECS deployment {self.id} completed.")
        self.failed_tasks = 0
        self.service.completed = self

    def describe(self) -> dict[str, Any]:
        settings = self.settings
        primary = self.status == "PRIMARY"
        return {
            "id": self.id,
            "status": self.status,
            "taskDefinition": self.task_definition,
            "failedTasks": self.failed_tasks,
            "desiredCount": self.service.desired_count if primary else 0,
            **self.counts(),
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "launchType": settings["launchType"],
            "capacityProviderStrategy": settings["capacityProviderStrategy"],
            "platformVersion": settings["platformVersion"] or "LATEST",
            "platformFamily": "Linux",
            "networkConfiguration": settings["networkConfiguration"] or None,
            "serviceConnectConfiguration": enabled(settings["serviceConnectConfiguration"]),
            "rolloutState": self.rollout_state,
            "rolloutStateReason": self.rollout_state_reason,
        }
