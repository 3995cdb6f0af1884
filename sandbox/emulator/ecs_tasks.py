"""Takes the tasks of a service from pending to running and healthy, or to the reason of their failure.

Sources: ECS API reference (Task, Container, ListTasks, DescribeTasks, StopTask); developer guide,
"Amazon ECS task lifecycle" (RUNNING, DEACTIVATING while deregistered from the load balancer,
STOPPED), "View Amazon ECS stopped task errors" and "Stopped tasks error messages" (the reasons and
stop codes), "Amazon ECS service event messages".
"""

import uuid
from typing import Any

from moto.core.utils import utcnow
from moto.ecr.models import ecr_backends

import ecs_targets
import task_events
from orders import ImageOrder, orders

# ECS shows stopped tasks for at least an hour; here this number of them.
KEPT_STOPPED = 20


class ServiceTask:
    """A task. Its attributes have the names from which moto serialises the API's Task."""

    def __init__(self, service: Any, release: Any, definition: Any):
        ident = uuid.uuid4().hex
        prefix = service.arn.split(":service/")[0]
        self.service = service
        self.release = release
        self.task_arn = f"{prefix}:task/{service.cluster_name}/{ident}"
        self.cluster_arn = service.cluster_arn
        self.task_definition_arn = definition.arn
        self.group = f"service:{service.name}"
        self.started_by = release.id
        self.last_status = "PENDING"
        self.desired_status = "RUNNING"
        self.health_status = "UNKNOWN"
        self.launch_type = service.launch_type or "FARGATE"
        self.platform_version = service.platform_version or "1.4.0"
        self.platform_family = "Linux"
        self.cpu = definition.cpu
        self.memory = definition.memory
        self.created_at = utcnow()
        self.started_at = None
        self.stopping_at = None
        self.stopped_at = None
        self.stop_code: str | None = None
        self.stopped_reason: str | None = None
        self.tags: list[dict[str, str]] = []
        self.passed = False
        self.checked = any(c.get("healthCheck") for c in definition.container_definitions)
        self.address = ecs_targets.address(service)
        self.images = [name for one in definition.container_definitions for name in image_names(one)]
        self.attachments = [attachment(self.address)] if self.address else []
        self.containers = [
            {
                "containerArn": f"{prefix}:container/{service.cluster_name}/{ident}/{uuid.uuid4()}",
                "taskArn": self.task_arn,
                "name": container["name"],
                "image": container["image"],
                "lastStatus": "PENDING",
                "healthStatus": "UNKNOWN",
            }
            for container in definition.container_definitions
        ]

    @property
    def alive(self) -> bool:
        return self.last_status != "STOPPED"

    @property
    def serving(self) -> bool:
        """Does it count as running? A task that is being deregistered does not."""
        return self.alive and self.desired_status == "RUNNING"

    @property
    def healthy(self) -> bool:
        return self.serving and self.last_status == "RUNNING" and ecs_targets.is_healthy(self)

    def short(self) -> str:
        return f"(task {self.task_arn.split('/')[-1]})"


def attachment(address: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED",
        "details": [{"name": "privateIPv4Address", "value": address}],
    }


def event(service: Any, message: str) -> None:
    """Adds a service event; ECS lists the newest first, and keeps 100."""
    entry = {
        "id": str(uuid.uuid4()),
        "createdAt": utcnow(),
        "message": f"(service {service.name}) {message}",
    }
    service.events = [entry, *service.events][:100]


def start(service: Any, release: Any) -> ServiceTask:
    definition = service._backend.describe_task_definition(release.task_definition)
    task = ServiceTask(service, release, definition)
    service.tasks.append(task)
    event(service, f"has started 1 tasks: {task.short()}.")
    return task


def order_for(task: ServiceTask) -> ImageOrder:
    return orders[(task.service._account_id, task.service.region_name)].behaviour(task.images)


def image_names(container: dict[str, Any]) -> list[str]:
    """The names under which tests order an image: with the tag in its label, or without a label with all tags of its digest in ECR."""
    image = container["image"]
    name, _, digest = image.partition("@")
    host, _, repository = name.partition("/")
    account, *place = host.split(".dkr.ecr.")
    label = container.get("dockerLabels", {}).get("org.opencontainers.image.version")
    if digest and label:
        return [f"{name}:{label}@{digest}"]
    if not digest or not place:
        return [image]
    found = ecr_backends[account][place[0].split(".")[0]].repositories.get(repository)
    images = [one for one in found.images if one.image_digest == digest] if found else []
    return [image, *(f"{name}:{tag}@{digest}" for one in images for tag in one.image_tags)]


def run(task: ServiceTask) -> None:
    """Marks the task as running; its load balancer has not checked it yet."""
    set_status(task, "RUNNING")
    task.started_at = utcnow()
    ecs_targets.register(task, "initial")


def pass_checks(task: ServiceTask) -> None:
    task.passed = True
    ecs_targets.set_health(task, "healthy")
    if task.checked:
        set_health_status(task, "HEALTHY")


def fail(task: ServiceTask, order: ImageOrder) -> None:
    """Stops the task with the stop code and the reason of its failure."""
    if order.behaviour == "pull-fails":
        image = task.containers[0]["image"]
        reason = (
            order.reason or f"pull image manifest has been retried 1 time(s): {image}: not found"
        )
        text = f"CannotPullContainerError: {reason}"
        task.containers[0]["reason"] = text
        stop(task, "TaskFailedToStart", text)
    elif order.behaviour in ("exits", "crashes"):
        task.containers[0]["exitCode"] = 1
        if order.reason:
            task.containers[0]["reason"] = order.reason
        stop(task, "EssentialContainerExited", "Essential container in task exited")
    elif task.release.groups:
        group, _ = task.release.groups[0]
        text = order.reason or f"Task failed ELB health checks in (target-group {group})"
        stop(task, "ServiceSchedulerInitiated", text)
    else:
        stop(task, "ServiceSchedulerInitiated", "Task failed container health checks")


def mark_unhealthy(task: ServiceTask) -> None:
    task.passed = False
    ecs_targets.set_health(task, "unhealthy")
    set_health_status(task, "UNHEALTHY" if task.checked else "UNKNOWN")
    for group, port in task.release.groups:
        where = f"(port {port}) is unhealthy in (target-group {group})"
        event(task.service, f"{where} due to (reason Health checks failed).")


def drain(task: ServiceTask) -> None:
    """Deregisters the task: it finishes its requests and gets no new ones."""
    task.desired_status = "STOPPED"
    task.stopping_at = utcnow()
    set_status(task, "DEACTIVATING")
    ecs_targets.set_health(task, "draining")


def stop(task: ServiceTask, code: str, reason: str) -> None:
    ecs_targets.deregister(task)
    task.desired_status = "STOPPED"
    task.stop_code = code
    task.stopped_reason = reason
    task.stopping_at = task.stopping_at or utcnow()
    task.stopped_at = utcnow()
    set_status(task, "STOPPED")
    task_events.stopped(task)
    stopped = [other for other in task.service.tasks if not other.alive]
    for old in stopped[:-KEPT_STOPPED]:
        task.service.tasks.remove(old)


def stop_replaced(task: ServiceTask) -> None:
    event(task.service, f"has stopped 1 running tasks: {task.short()}.")
    reason = f"Scaling activity initiated by (deployment {task.release.id})"
    stop(task, "ServiceSchedulerInitiated", reason)


def set_status(task: ServiceTask, status: str) -> None:
    task.last_status = status
    for container in task.containers:
        container["lastStatus"] = status if status != "DEACTIVATING" else "RUNNING"


def set_health_status(task: ServiceTask, status: str) -> None:
    task.health_status = status
    for container in task.containers:
        container["healthStatus"] = status
