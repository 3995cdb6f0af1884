"""Adds the option `--copy-props` of `aws s3 cp` and `aws s3 sync`: runners have version 2 of the AWS CLI, PyPI has version 1.

https://github.com/aws/aws-cli/blob/v2/awscli/customizations/s3/subscribers.py
"""

from typing import Any

from awscli.customizations.s3.s3handler import CopyRequestSubmitter
from awscli.customizations.s3.subcommands import CpCommand, SyncCommand
from s3transfer.subscribers import BaseSubscriber

from patches import Function, patch

COPIED = (
    *("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType"),
    *("Expires", "Metadata"),
)


class MetadataDirective(BaseSubscriber):
    """Copies headers and metadata, and nothing else. S3 itself copies them, except into a multipart upload."""

    def __init__(self, threshold: int, client: Any) -> None:
        self.threshold = threshold
        self.client = client

    def on_queued(self, future: Any, **_: Any) -> None:
        call = future.meta.call_args
        call.extra_args.update(TaggingDirective="REPLACE", AnnotationDirective="EXCLUDE")
        if future.meta.size < self.threshold:
            return
        head = self.client.head_object(**call.copy_source)
        call.extra_args.update({name: head[name] for name in COPIED if name in head})
        # s3transfer reads it, and then uses the arguments as they are.
        call.extra_args["MetadataDirective"] = "REPLACE"


@patch(CopyRequestSubmitter)
def _add_additional_subscribers(
    original: Function, self: CopyRequestSubmitter, subscribers: list[Any], fileinfo: Any
) -> None:
    original(self, subscribers, fileinfo)
    if self._cli_params.get("copy_props"):
        threshold = self._transfer_manager.config.multipart_threshold
        subscribers.append(MetadataDirective(threshold, fileinfo.source_client))


COPY_PROPS = {"name": "copy-props", "choices": ["metadata-directive"]}
for command in (CpCommand, SyncCommand):
    command.ARG_TABLE = [*command.ARG_TABLE, COPY_PROPS]
