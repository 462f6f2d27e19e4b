"""Compression of what the application answers itself: text, and nothing that is compressed already."""

from typing import Any

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/xml", "application/atom+xml", "application/json")


class TextCompressionMiddleware(GZipMiddleware):
    """Django's compression for text only: of an image it would cost time and save nothing."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)
