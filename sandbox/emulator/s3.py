"""Corrections of moto's buckets."""

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker

from patches import add


@add(FakeBucket)
def get_permission(self: FakeBucket, action: str, resource: str) -> Any:
    """moto reads no conditions, so a policy that denies calls without TLS would deny all of them. The gate evaluates policies."""
    return PermissionResult.NEUTRAL


@add(FakeDeleteMarker)
def dispose(self: FakeDeleteMarker) -> None:
    """moto calls it for each version of an object that is deleted for good; a marker keeps no content."""
