"""Figures for Prometheus: for who watches the site, and for nobody else."""

import json

import pytest
from django.utils import timezone

from articles.backup import folder
from articles.management.commands import backup
from healthqa import metrics

pytestmark = pytest.mark.django_db
TOKEN = "token-of-twenty-characters"


def test_the_machine_itself_sees_the_figures_and_who_comes_through_a_proxy_does_not(client):
    response = client.get("/metrics")
    assert response.status_code == 200
    assert "healthqa_push_queue 0" in response.content.decode()
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 404


def test_with_a_token_only_who_has_it_sees_them(client, settings):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer wrong").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_the_age_of_the_newest_backup_is_told_whatever_became_of_older_ones(client, settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path)
    for name, manifest in [("a", "broken"), ("b", json.dumps({"made_at": timezone.now().isoformat()}))]:
        made = tmp_path / f"{folder.PREFIX}{name}"
        made.mkdir()
        (made / folder.MANIFEST).write_text(manifest)
    [line] = [
        line for line in client.get("/metrics").content.decode().splitlines() if line.startswith("healthqa_backup")
    ]
    assert 0 <= float(line.split()[1]) < 60


def test_every_figure_says_what_it_means_and_looking_changes_none():
    steps = metrics.Steps()
    for _ in range(3):
        steps.step()
    assert [steps.value(), steps.value()] == [3, 3]
    said = metrics.text([("healthqa_push_queue", "gauge", {}, 7)])
    assert "# TYPE healthqa_push_queue gauge\nhealthqa_push_queue 7\n" in said


def test_the_fingerprint_of_a_key_tells_nothing_of_it():
    assert backup.fingerprint("a" * 60) != backup.fingerprint("b" * 60)
    assert "aaaa" not in backup.fingerprint("a" * 60)
