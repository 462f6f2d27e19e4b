"""The bounds on what visitors send; Django would write all files of a form to disk before it asks who sends them."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Bytes that may be sent where anybody may send: a like has 7, a reader's report some thousand. What is longer would be
# parsed, cleaned and shown again in the one thread that all likes go through.
SHORT = 64 * 1024
MOST = 24 * 1024 * 1024  # bytes of a whole form: the largest spreadsheet that is taken, and then some


class UploadTooBig(RequestDataTooBig):
    """The files of a form are too big; of its own RequestDataTooBig, Django says that of the texts."""


class BoundedUploadHandler(FileUploadHandler):
    """Refuse a form with files by its length, before the first byte is read; forms say smaller bounds in words."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        if content_length > MOST:
            raise UploadTooBig(f"{content_length} bytes of files were sent at once.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
