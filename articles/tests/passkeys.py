"""A passkey in software: what a device and its browser answer to the options of a page, or something else."""

import hashlib
import html
import json
import re
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from articles.models import Passkey, RecoveryCode

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
ORIGIN = "https://edit.example.org"


def asked(page):
    """Return options and token of the form on `page` that asks for a passkey."""
    text = page.content.decode()
    options = html.unescape(re.search(r'data-passkey="([^"]+)"', text)[1])
    return json.loads(options), re.search(r'name="token" value="([^"]+)"', text)[1]


class SoftKey:
    """`origin`, `domain`, `flags` and `count` are what it tells of itself."""

    def __init__(self, name=b"key"):
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(name).digest()
        self.count = 0
        self.handle = None

    def client(self, does, options, origin, **more):
        told = {"type": f"webauthn.{does}", "challenge": options["challenge"], "origin": origin, **more}
        return json.dumps(told).encode()

    def data(self, domain, flags, key=b""):
        return AuthenticatorData.create(hashlib.sha256(domain.encode()).digest(), flags, self.count, key)

    @property
    def credential(self):
        public = ES256.from_cryptography_key(self.secret.public_key())
        return AttestedCredentialData.create(Aaguid.NONE, self.id, public)

    def keep_for(self, user, name="手机"):
        """Leave on the site what its pages leave of it when `user` has added it as the first one."""
        handle = secrets.token_hex(16)
        self.handle = websafe_encode(handle.encode())
        own = {"handle": handle, "credential_id": websafe_encode(self.id), "credential": bytes(self.credential)}
        Passkey.objects.create(user=user, name=name, sign_count=self.count, **own)
        RecoveryCode.renew(user)

    def make(self, options, origin=ORIGIN, domain="example.org", flags=PRESENT | VERIFIED, **more):
        self.handle = options["user"]["id"]
        attestation = AttestationObject.create("none", self.data(domain, flags | HAS_KEY, self.credential), {})
        client = self.client("create", options, origin, **more)
        return self.write(clientDataJSON=client, attestationObject=attestation)

    def show(self, options, origin=ORIGIN, domain="example.org", flags=PRESENT | VERIFIED, does="get", **more):
        client = self.client(does, options, origin, **more)
        data = self.data(domain, flags)
        signed = self.secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = websafe_decode(self.handle)
        return self.write(clientDataJSON=client, authenticatorData=data, signature=signed, userHandle=handle)

    def write(self, **response):
        name = websafe_encode(self.id)
        parts = {part: websafe_encode(bytes(value)) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
