"""Decorators that extend moto's classes when a module is imported."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

Function = Callable[..., Any]

# The server answers calls in parallel; calls that change tasks and traffic run one at a time.
LOCK = threading.RLock()


def locked(function: Function) -> Function:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with LOCK:
            return function(*args, **kwargs)

    return call


def patch(owner: Any, name: str = "", lock: bool = False) -> Callable[[Function], Function]:
    """Replaces the method of that name. The new one gets the original as its first argument."""

    def decorate(function: Function) -> Function:
        attribute = name or function.__name__
        original = getattr(owner, attribute)

        @wraps(original)
        def call(*args: Any, **kwargs: Any) -> Any:
            return function(original, *args, **kwargs)

        setattr(owner, attribute, locked(call) if lock else call)
        return function

    return decorate


def add(owner: Any, lock: bool = False) -> Callable[[Function], Function]:
    """Adds a method that moto lacks, or replaces moto's method without calling it."""

    def decorate(function: Function) -> Function:
        setattr(owner, function.__name__, locked(function) if lock else function)
        return function

    return decorate
