"""The admin as an editor's browser uses it: staff of each group, and forms sent back as they were shown."""

from html.parser import HTMLParser

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.test import Client

from healthqa.sessions import SessionStore

ARTICLES = "/admin/articles/article/"
TAGS = "/admin/articles/tag/"

PASSWORD = "long-enough-1"


def make_staff(*groups, **fields):
    user = User.objects.create(**{"username": f"staff{User.objects.count()}", "is_staff": True, **fields})
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_owner(*groups, **fields):
    """Make somebody of staff who signs in with PASSWORD."""
    user = make_staff(*(groups or ["编辑"]), **{"username": "lihong", **fields})
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(user):
    """Return a client with a session of `user` as signing in leaves it, which no audit log has noted."""
    client, session = Client(), SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


class Form(HTMLParser):
    """The values that a browser would send with the form of this id."""

    def __init__(self, html, form_id):
        super().__init__(convert_charrefs=True)
        self.form_id, self.inside = form_id, False
        self.values = {}
        self.textarea = self.select = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = attributes.get("id") == self.form_id
        if not self.inside or "disabled" in attributes:
            return
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button"):
            if kind not in ("checkbox", "radio") or "checked" in attributes:
                self.values[name] = attributes.get("value", "on" if kind == "checkbox" else "")
        elif tag == "textarea":
            self.textarea = name
            self.values[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attributes:
            self.values[self.select] = attributes.get("value", "")

    def handle_data(self, data):
        if self.textarea:
            # Browsers drop the first line end and send the others as \r\n.
            first = not self.values[self.textarea]
            self.values[self.textarea] += (data.removeprefix("\n") if first else data).replace("\n", "\r\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def shown_form(response, model="article"):
    return Form(response.content.decode(), f"{model}_form").values


def send(client, address, model="article", step=None, **changes):
    """Open the form at `address`, change some of its values, send it; by the button of `step`, else by 保存."""
    values = shown_form(client.get(address), model) | changes | {"_step": step}
    return client.post(address, {name: value for name, value in values.items() if value is not None})


def change_address(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def errors_of(response):
    """Return the sentences beside the fields of a refused form, in one text."""
    assert response.status_code == 200, response.status_code
    errors = response.context["errors"]
    return "".join(str(message) for messages in errors for message in messages)


def last_change(row):
    from django.contrib.admin.models import LogEntry

    return LogEntry.objects.filter(object_id=str(row.pk)).latest("pk").get_change_message()
