"""Makes `POST /moto-api/reset` also empty what the extensions store outside moto's backends."""

from moto.core.base_backend import BackendDict
from moto.moto_api._internal.models import MotoAPIBackend

import codedeploy_configs
import ecs_targets
import traffic
from orders import orders
from patches import Function, patch


@patch(MotoAPIBackend, lock=True)
def reset(original: Function, self: MotoAPIBackend) -> None:
    # moto resets each backend, which loads its data again, before it drops all of them.
    for backends in BackendDict._instances:
        backends.clear()
    original(self)
    for store in (codedeploy_configs.own, ecs_targets.given, orders, traffic.records):
        store.clear()
