"""deploy/nginx.conf on a machine of ours: other names, other ports, a certificate that nobody signed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

BINARY = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
AROUND = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def write(folder: Path, https: int, nodes: list[int], base: Path, keeps_pages: bool = False) -> Path:
    """Write the configuration into `folder`, listening at `https` in front of `nodes`; `base` is /srv/healthqa.

    With `keeps_pages` its lines for that are no comments. Returns the file for `nginx -c`.
    """
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    if keeps_pages:
        text = re.sub(r"^( *)# (?=proxy_|map |add_header )", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"\n +listen .*80;", "", text.replace("listen 80;", f"listen unix:{folder}/http.socket;", 1))
    text = re.sub(r"\n +listen \[::\].*", "", text).replace("listen 443 ssl", f"listen 127.0.0.1:{https} ssl")
    text = text.replace("/etc/letsencrypt/live/www.example.org", str(folder)).replace("/srv/healthqa", str(base))
    text = text.replace("/var/log/healthqa", str(folder))
    text = re.sub(r"    server 127\.0\.0\.1:8000 (.*)", lambda of: servers(nodes, of[1]), text)
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=www.example.org"]
    files = ["-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]
    subprocess.run([*make, *files], check=True, capture_output=True)
    return folder / "nginx.conf"


def servers(ports: list[int], rest: str) -> str:
    return "\n".join(f"    server 127.0.0.1:{port} {rest}" for port in ports)


def start(configuration: Path) -> "subprocess.Popen[bytes]":
    """Start nginx in the foreground, as whoever runs this: it has to read what is theirs."""
    user = "user root;" if os.geteuid() == 0 else ""
    return subprocess.Popen([BINARY, "-c", configuration, "-g", f"daemon off; {user}"])
