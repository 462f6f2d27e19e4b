"""Test settings that must be in place before Django reads its own."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ["DEBUG"] = "1"  # plain static files: the hashed ones exist only after collectstatic
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's synchronous API runs an event loop
