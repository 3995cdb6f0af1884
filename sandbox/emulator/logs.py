"""Adds the calls that change the key of a log group: moto accepts a key only at the creation.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html and API_DisassociateKmsKey.html
"""

from moto.logs.responses import LogsResponse

from patches import add


@add(LogsResponse)
def associate_kms_key(self: LogsResponse) -> str:
    return set_key(self, self._get_param("kmsKeyId"))


@add(LogsResponse)
def disassociate_kms_key(self: LogsResponse) -> str:
    return set_key(self, None)


def set_key(response: LogsResponse, key: str | None) -> str:
    name = response._get_param("logGroupName")
    response.logs_backend.groups[name].kms_key_id = key
    return "{}"
