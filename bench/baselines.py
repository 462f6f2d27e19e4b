"""What the site is measured against, in the same server: a static file behind WhiteNoise, and a bare Django view.

Started with BENCH_FOLDER, a folder that holds the static file.
"""

import os
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from whitenoise import WhiteNoise

FOLDER = os.environ["BENCH_FOLDER"]
DEFAULT_MIDDLEWARE = [  # of `django-admin startproject`
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPS = ["auth", "contenttypes", "sessions", "messages"]


def bare(request):
    return HttpResponse("ok")


def slow(request):
    time.sleep(1.5)
    return HttpResponse("done")


urlpatterns = [path("bare/", bare), path("slow/", slow)]
settings.configure(
    SECRET_KEY="not a secret: it signs nothing " * 2,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=DEFAULT_MIDDLEWARE,
    INSTALLED_APPS=[f"django.contrib.{app}" for app in APPS],
)
application = WhiteNoise(get_wsgi_application(), root=FOLDER)
