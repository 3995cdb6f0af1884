"""Sends the event of a task that stops to the log groups that EventBridge's rules name, and counts
there as a metric filter does.

Sources: ECS developer guide, "Amazon ECS task state change events"; CloudWatch Logs user guide,
"Filter pattern syntax for metric filters". A rule's other targets get no event.
"""

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

from moto.core.utils import unix_time
from moto.events.models import events_backends
from moto.logs.models import logs_backends

# The one form that Slipway writes: a string of a JSON event.
COMPARISON = re.compile(r'\{ \$\.(?P<path>[\w.]+) = "(?P<value>[^"]*)" \}')


def stopped(task: Any) -> None:
    account, region = task.service._account_id, task.service.region_name
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "ECS Task State Change",
        "source": "aws.ecs",
        "account": account,
        "time": unix_time(task.stopped_at),
        "region": region,
        "resources": [task.task_arn],
        "detail": {
            "clusterArn": task.cluster_arn,
            "containers": task.containers,
            "desiredStatus": task.desired_status,
            "group": task.group,
            "lastStatus": task.last_status,
            "startedBy": task.started_by,
            "stopCode": task.stop_code,
            "stoppedReason": task.stopped_reason,
            "taskArn": task.task_arn,
            "taskDefinitionArn": task.task_definition_arn,
        },
    }
    groups = logs_backends[account][region].groups
    for rule in events_backends[account][region].event_buses["default"].rules.values():
        if rule.event_pattern.matches_event(event):
            for target in rule.targets:
                name = target["Arn"].split(":log-group:")[-1]
                if name in groups:
                    rule._send_to_cw_log_group(name, {**event})


def counted(account: str, region: str, namespace: str, metric: str) -> Iterator[str]:
    """The ARNs of the tasks whose events raise this metric."""
    backend = logs_backends[account][region]
    for one in backend.filters.get_matching_filters(None, None, metric, namespace):
        comparison = COMPARISON.fullmatch(one["filterPattern"])
        group = backend.groups.get(one["logGroupName"])
        if comparison is None or group is None:
            continue
        for stream in group.streams.values():
            for entry in stream.events:
                event = json.loads(entry.message)
                if value_at(event, comparison["path"]) == comparison["value"]:
                    yield event["detail"]["taskArn"]


def value_at(event: Any, path: str) -> Any:
    for key in path.split("."):
        event = event.get(key) if isinstance(event, dict) else None
    return event
