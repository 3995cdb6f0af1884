"""Invalidations: InProgress when created, and Completed at the first read, because no time passes.

Status values: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Invalidation.html
"""

from typing import Any

from moto.cloudfront.models import CloudFrontBackend, Invalidation

from patches import Function, patch


@patch(CloudFrontBackend)
def create_invalidation(original: Function, self: CloudFrontBackend, *args: Any, **kwargs: Any) -> Invalidation:
    invalidation = original(self, *args, **kwargs)
    invalidation.status = "InProgress"
    return invalidation


@patch(CloudFrontBackend)
def get_invalidation(original: Function, self: CloudFrontBackend, *args: Any, **kwargs: Any) -> Invalidation:
    invalidation = original(self, *args, **kwargs)
    invalidation.status = "Completed"
    return invalidation
