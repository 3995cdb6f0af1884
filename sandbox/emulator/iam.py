"""Two corrections of moto's IAM: the message about an identity provider that exists, and the search for an access key."""

from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam import models
from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import IAMBackend, iam_backends

from patches import add, patch


@add(models)
def get_account_id_from(access_key: str) -> str:
    """moto's function creates IAM, with all of AWS's policies, in each partition of each account."""
    for account_id, partitions in list(iam_backends.items()):
        if any(access_key in iam.access_keys for iam in list(partitions.values())):
            return account_id
    return DEFAULT_ACCOUNT_ID


@patch(IAMBackend)
def create_open_id_connect_provider(original: Any, self: Any, url: str, *args: Any, **kwargs: Any) -> Any:
    """moto says "Unknown". AWS's message, as Terraform's provider shows it:
    https://github.com/unfunco/terraform-aws-oidc-github/issues/23
    """
    try:
        return original(self, url, *args, **kwargs)
    except EntityAlreadyExists as error:
        raise EntityAlreadyExists(f"Provider with url {url} already exists.") from error
