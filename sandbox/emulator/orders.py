"""Stores a test's orders to the emulator: the pace, which images fail, what hooks answer.

AWS has no such orders. Without orders every call that starts a deployment runs it to its end before
it answers, every task becomes healthy and every hook answers SUCCEEDED.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

# `wrong`: it passes its health checks, and fires the deployment's alarms while it gets requests.
# `crashes`: it passes its health checks, and then its tasks exit again and again.
# `task-fails`: its tasks of RunTask exit with a code, those of services are healthy.
Behaviour = Literal["healthy", "exits", "unhealthy", "pull-fails", "wrong", "crashes", "task-fails"]
BEHAVIOURS = ("healthy", "exits", "unhealthy", "pull-fails", "wrong", "crashes", "task-fails")
EVERY_SERVICE = "*"


@dataclass
class Pace:
    """`manual`: run steps only on request. `until`: run up to this stage first, then stop."""

    manual: bool = False
    until: str | int | None = None


@dataclass
class ImageOrder:
    image: str
    behaviour: Behaviour
    reason: str | None = None
    exit_code: int = 1


@dataclass
class Orders:
    paces: dict[str, Pace] = field(default_factory=dict)
    images: list[ImageOrder] = field(default_factory=list)
    hooks: dict[str, str] = field(default_factory=dict)
    # Sources disagree whether ECS exchanges target group and alternate after a deployment
    # (hashicorp/terraform-provider-aws issue 45678): a program must work in both cases.
    swap: bool = False

    def pace(self, service_name: str) -> Pace:
        return self.paces.get(service_name) or self.paces.get(EVERY_SERVICE) or Pace()

    def behaviour(self, images: list[str]) -> ImageOrder:
        """The newest order for any of the task's images."""
        for order in reversed(self.images):
            if any(order.image in image for image in images):
                return order
        return ImageOrder("", "healthy")

    def hook(self, arn: str) -> str:
        return self.hooks.get(arn, "SUCCEEDED")


# moto keeps one backend per account and region; the orders do the same.
orders: dict[tuple[str, str], Orders] = defaultdict(Orders)
