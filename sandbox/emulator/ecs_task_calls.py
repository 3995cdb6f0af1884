"""Adds the tasks of services to ListTasks, DescribeTasks and StopTask; moto has only those of RunTask.

Source: ECS API reference: ListTasks (desiredStatus is RUNNING by default), DescribeTasks, StopTask.
"""

from typing import Any

from moto.ecs.models import EC2ContainerServiceBackend

import ecs_rollout
import ecs_tasks
from patches import Function, patch


def service_tasks(backend: EC2ContainerServiceBackend) -> list[Any]:
    return [task for service in backend.services.values() for task in service.tasks]


@patch(EC2ContainerServiceBackend, lock=True)
def list_tasks(
    original: Function,
    self: EC2ContainerServiceBackend,
    cluster_str: str | None = None,
    container_instance: str | None = None,
    family: str | None = None,
    started_by: str | None = None,
    service_name: str | None = None,
    desiredStatus: str | None = None,
) -> list[Any]:
    wanted = desiredStatus or "RUNNING"
    args = (cluster_str, container_instance, family, started_by, None, wanted)
    # moto's own tasks come from RunTask and belong to no service.
    found = [] if service_name else list(original(self, *args))
    for task in service_tasks(self):
        of_family = task.task_definition_arn.split("/")[-1].split(":")[0]
        if (
            (not cluster_str or task.cluster_arn == self._get_cluster(cluster_str).arn)
            and not container_instance
            and (not family or of_family == family)
            and (not started_by or task.started_by == started_by)
            and (not service_name or task.group == f"service:{service_name.split('/')[-1]}")
            and task.desired_status == wanted
        ):
            found.append(task)
    return found


@patch(EC2ContainerServiceBackend, lock=True)
def describe_tasks(
    original: Function, self: EC2ContainerServiceBackend, cluster_str: str, tasks: list[str]
) -> list[Any]:
    found = original(self, cluster_str, tasks)
    ids = {reference.split("/")[-1] for reference in tasks}
    ours = [task for task in service_tasks(self) if task.task_arn.split("/")[-1] in ids]
    return [*found, *ours]


@patch(EC2ContainerServiceBackend, lock=True)
def stop_task(
    original: Function,
    self: EC2ContainerServiceBackend,
    cluster_str: str,
    task_str: str,
    reason: str,
) -> Any:
    """Stops a service's task; the scheduler starts another one."""
    ident = task_str.split("/")[-1]
    for task in service_tasks(self):
        if task.task_arn.split("/")[-1] == ident and task.alive:
            ecs_tasks.stop(task, "UserInitiated", reason or "Task stopped by user")
            ecs_rollout.scale(task.service)
            return task
    return original(self, cluster_str, task_str, reason)
