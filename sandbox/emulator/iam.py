"""Says of an identity provider that exists what AWS says; moto says "Unknown".

The message as Terraform's provider shows it:
https://github.com/unfunco/terraform-aws-oidc-github/issues/23
"""

from typing import Any

from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import IAMBackend

from patches import patch


@patch(IAMBackend)
def create_open_id_connect_provider(original: Any, self: Any, url: str, *args: Any, **kwargs: Any) -> Any:
    try:
        return original(self, url, *args, **kwargs)
    except EntityAlreadyExists as error:
        raise EntityAlreadyExists(f"Provider with url {url} already exists.") from error
