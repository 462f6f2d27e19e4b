from .browser import browser, make_page, page

__all__ = ["browser", "make_page", "page"]
