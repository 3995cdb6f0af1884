"""Models task sets, which a service with the CODE_DEPLOY controller has instead of deployments.

Source: ECS API reference, TaskSet, Service (taskSets), UpdateService; developer guide, "CodeDeploy
blue/green deployments for Amazon ECS".
"""

from typing import Any

from moto.core.utils import utcnow

import ecs_rolling
import ecs_rollout
import ecs_tasks
from ecs_deployments import Release, arn
from steps import Process, Step, Steps


class TaskSet(Release):
    """A task set. Its attributes have the names from which moto serialises the API's TaskSet."""

    def __init__(self, service: Any, status: str, changes: dict[str, Any] | None = None):
        super().__init__(service, changes)
        self.status = status
        self.scale = {"value": 100.0, "unit": "PERCENT"}
        self.service_arn, self.cluster_arn = service.arn, service.cluster_arn
        self.task_set_arn = arn(service, "task-set", self.id)
        self.started_by = "CODE_DEPLOY"
        self.external_id: str | None = None
        self.tags: list[dict[str, str]] = []
        self.platform_family = "Linux"
        self.launch_type = self.settings["launchType"]
        self.capacity_provider_strategy = self.settings["capacityProviderStrategy"]
        self.platform_version = self.settings["platformVersion"] or "LATEST"
        self.network_configuration = self.settings["networkConfiguration"] or None
        self.load_balancers = self.settings["loadBalancers"] or []
        self.service_registries = self.settings["serviceRegistries"] or []
        self.stability_status_at = utcnow()

    @property
    def computed_desired_count(self) -> int:
        return self.service.desired_count if self.status != "DRAINING" else 0

    @property
    def running_count(self) -> int:
        return self.counts()["runningCount"]

    @property
    def pending_count(self) -> int:
        return self.counts()["pendingCount"]

    @property
    def stability_status(self) -> str:
        """Steady means: the computed number of healthy tasks, and no others."""
        healthy = sum(task.healthy for task in self.tasks)
        steady = healthy == self.computed_desired_count == len(self.tasks)
        return "STEADY_STATE" if steady else "STABILIZING"


def begin(service: Any) -> None:
    """Creates the first task set, which is PRIMARY without a CodeDeploy deployment."""
    service.task_sets = [TaskSet(service, "PRIMARY")]
    scale(service)


def scale(service: Any) -> None:
    """Scales every task set to the service's desired count, also while CodeDeploy deploys."""
    process = Process(service, scaling(service), ecs_rollout.publish)
    ecs_rollout.publish(service)
    if service.process is None or service.process.done:
        service.process = process
        process.proceed()
    else:
        process.run()


def scaling(service: Any) -> Steps:
    yield Step("scaling")
    for task_set in [one for one in service.task_sets if one.status != "DRAINING"]:
        yield from ecs_rolling.level(service, task_set)
    ecs_tasks.event(service, "has reached a steady state.")
