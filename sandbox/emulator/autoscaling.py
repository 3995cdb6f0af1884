"""Adds tags of scalable targets to moto's Application Auto Scaling.

It follows the API reference: RegisterScalableTarget, DeregisterScalableTarget ("deletes the scaling
policies that are associated with it"), TagResource, UntagResource, ListTagsForResource.
"""

import json
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import (
    ApplicationAutoScalingResponse as Response,
)
from moto.core.exceptions import JsonRESTError

from patches import Function, add, patch


def tags_of(response: Response, arn: str) -> dict[str, str]:
    """The tags of a target, stored in the target."""
    for targets in response.applicationautoscaling_backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target.__dict__.setdefault("tags", {})
    raise JsonRESTError("ResourceNotFoundException", f"The resource {arn} does not exist")


@patch(Response)
def register_scalable_target(original: Function, self: Response) -> str:
    answer = original(self)
    tags_of(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags") or {})
    return answer


@patch(ApplicationAutoscalingBackend)
def deregister_scalable_target(
    original: Function,
    self: ApplicationAutoscalingBackend,
    namespace: str,
    r_id: str,
    dimension: str,
) -> None:
    original(self, namespace, r_id, dimension)
    key: tuple[Any, ...] = (namespace, r_id, dimension)
    for policy in list(self.policies.values()):
        if (policy.service_namespace, policy.resource_id, policy.scalable_dimension) == key:
            self.delete_scaling_policy(policy.policy_name, *key)
    self.scheduled_actions = [
        action
        for action in self.scheduled_actions
        if (action.service_namespace, action.resource_id, action.scalable_dimension) != key
    ]


@add(Response)
def tag_resource(self: Response) -> str:
    tags_of(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
    return "{}"


@add(Response)
def untag_resource(self: Response) -> str:
    tags = tags_of(self, self._get_param("ResourceARN"))
    for key in self._get_param("TagKeys"):
        tags.pop(key, None)
    return "{}"


@add(Response)
def list_tags_for_resource(self: Response) -> str:
    return json.dumps({"Tags": tags_of(self, self._get_param("ResourceARN"))})
