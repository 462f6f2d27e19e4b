"""The bound on what anybody can send as files: Django would write all of it to the disk before it asks who sends."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST = 24 * 1024 * 1024  # bytes of a whole form: the largest spreadsheet that is taken, and then some


class BoundedUploadHandler(FileUploadHandler):
    """Refuse a form with files by its length, before the first byte is read; forms say smaller bounds in words."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > MOST:
            raise RequestDataTooBig(f"{content_length} bytes of files were sent at once.")

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None
