"""What site and browser say to each other about passkeys (WebAuthn): options out, answers in.

What a passkey signs holds for one site (PASSKEY_DOMAIN), for a page of it, for one challenge, and once. Each is used
only after its device has seen its owner (a PIN, a finger, a face), so that one alone is two factors.
"""

import json
import logging
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from articles.models import Passkey, SignInTrial
from articles.text.digests import keyed
from articles.workflow.audit import Kind, record, record_refusal
from healthqa.visitors import client_address

from .limits import PASSKEY, limits_of

logger = logging.getLogger(__name__)
SALT = "passkey ceremony"
PATIENCE = 10 * 60  # seconds from the page to the answer
LONGEST = 16_000  # characters of an answer: those of real devices have 500 to 5,000
LONGEST_ID = 1023  # bytes of a passkey's name (WebAuthn 3, 4)
ALGORITHMS = [ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM]
REQUIRED = UserVerificationRequirement.REQUIRED


class Refused(Exception):
    """It was not accepted; says why in a sentence."""


def is_offered(request: HttpRequest) -> bool:
    """Tell whether passkeys of this site can be used on the page that is asked for; browsers know none for IPs."""
    host, domain = request.get_host().rpartition(":")[0] or request.get_host(), settings.PASSKEY_DOMAIN
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def server_of(request: HttpRequest) -> Fido2Server:
    """Return what checks answers: they come from a page of the host that is asked, or of SITE_URL."""
    origins = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    party = PublicKeyCredentialRpEntity(id=settings.PASSKEY_DOMAIN, name=settings.SITE_NAME)
    server = Fido2Server(party, verify_origin=origins.__contains__)
    kind = PublicKeyCredentialType.PUBLIC_KEY
    server.allowed_algorithms = [PublicKeyCredentialParameters(type=kind, alg=one) for one in ALGORITHMS]
    return server


def ask(options: Any, **noted: Any) -> dict[str, str]:
    """Return what a page hands on: `options` for the browser, and a `token` by which the answer is judged."""
    noted["asked"] = time.time_ns() // 1000
    return {"options": json.dumps(dict(options)["publicKey"]), "token": signing.dumps(noted, salt=SALT)}


def ask_to_make(request: HttpRequest, user: User, name: str) -> dict[str, str]:
    """Ask for a new passkey of `user`, to be called `name`."""
    handle = Passkey.handle_of(user) or secrets.token_hex(16)
    options, state = server_of(request).register_begin(
        PublicKeyCredentialUserEntity(
            id=handle.encode(), name=user.get_username(), display_name=user.get_full_name() or user.get_username()
        ),
        credentials_of(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=REQUIRED,
    )
    return ask(options, make=user.pk, session=session_mark(request), state=state, name=name, handle=handle)


def session_mark(request: HttpRequest) -> str:
    """Return what a session is known by until something changes by what its owner signs in: then it gets a new key."""
    return keyed(f"passkey\n{request.session.session_key}")


def ask_to_show(
    request: HttpRequest, user: User | None, known: Sequence[PublicKeyCredentialDescriptor] | None
) -> dict[str, str]:
    """Ask for one of the `known` passkeys of `user`, or, where there are neither, of whoever it is."""
    options, state = server_of(request).authenticate_begin(known, REQUIRED)
    return ask(options, show=user.pk if user else 0, state=state)


def credentials_of(user: User) -> Sequence[PublicKeyCredentialDescriptor]:
    """Return the names of the passkeys of `user`, as browsers are told them: without one that cannot be read."""
    found, kind = [], PublicKeyCredentialType.PUBLIC_KEY
    for name in Passkey.objects.filter(user=user).values_list("credential_id", flat=True):
        with suppress(ValueError):
            found.append(PublicKeyCredentialDescriptor(type=kind, id=websafe_decode(name)))
    return [one for one in found if one.id]


def stored_key(passkey: Passkey) -> AttestedCredentialData | None:
    """Return what is stored of `passkey`, or None where it is damaged: a whole key says no to an empty signature."""
    try:
        data = AttestedCredentialData(bytes(passkey.credential))
        CoseKey.parse(data.public_key).verify(b"", b"")
    except InvalidSignature:
        return data if websafe_encode(data.credential_id) == passkey.credential_id else None
    except Exception:  # a parser of bytes says in many ways that it cannot read them
        return None
    return None


def make(request: HttpRequest, token: str, answer: str) -> Passkey:
    """Return the new passkey, unsaved, of who is signed in. Raises Refused.

    What a page asked is good in the session that typed the password for it, and once: to add one gives a new key.
    """
    noted = read_token(token, "make", request.user.pk)
    if noted.get("session") != session_mark(request):  # a page of the release before notes none
        raise Refused("这一次已经用过了，或者登录方式刚才换过。请再添加一次。")
    try:
        response = RegistrationResponse.from_dict(read_answer(answer))
        data = server_of(request).register_complete(noted["state"], response)
        credential = data.credential_data
        is_ours = not response.response.client_data.cross_origin and credential.public_key[3] in ALGORITHMS
        is_named = 0 < len(credential.credential_id) <= LONGEST_ID
    except Exception as error:  # hostile bytes: however a parser says that it cannot read them, they are no answer
        raise rejected(error) from None
    if not (is_ours and is_named):
        raise rejected(ValueError("cross-origin, an unknown algorithm, or a name too long"))
    return Passkey(
        user=request.user,
        name=noted["name"],
        handle=noted["handle"],
        credential_id=websafe_encode(credential.credential_id),
        credential=bytes(credential),
        sign_count=data.counter,
    )


def show(request: HttpRequest, token: str, answer: str, user: User | None = None) -> Passkey:
    """Return the passkey of `user`, or of whoever it is, that has answered, with its owner.

    Raises:
        Refused: it is none, or not for this page, or has been used; but for the page, the audit log tells it.
        TooManyTrials: before anything was compared.
    """
    noted = read_token(token, "show", user.pk if user else 0)
    try:
        response = AuthenticationResponse.from_dict(read_answer(answer))
        key = websafe_encode(response.raw_id)
    except Exception as error:  # as above
        response, key, problem = None, "", error
    rows = Passkey.objects.filter(credential_id=key, user__is_active=True, user__is_staff=True)
    passkey = (rows.filter(user=user) if user else rows).select_related("user").first()
    owner = user or (passkey.user if passkey else None)
    taken = SignInTrial.take(limits_of(request, PASSKEY, owner.get_username() if owner else "", owner))
    what = "不认识的通行密钥"
    try:
        if response is None:
            raise rejected(problem)
        if passkey is None:
            raise Refused("这里不认识这个通行密钥，可能已经删除。请用密码登录。")
        credential, what = stored_key(passkey), "通行密钥没有通过检查"
        if credential is None:
            what = f"通行密钥“{passkey}”存的数据坏了"
            raise Refused("这个通行密钥不能用了：本站存的数据坏了。请用密码和验证码或恢复码登录，把它删除，再添加。")
        judge(request, noted, response, passkey, credential, user)
    except Refused:
        record_refusal(Kind.FAILURE, what, by=owner, address=client_address(request))
        raise
    SignInTrial.give_back(taken)
    return passkey


def judge(
    request: HttpRequest,
    noted: dict[str, Any],
    response: AuthenticationResponse,
    passkey: Passkey,
    credential: AttestedCredentialData,
    user: User | None,
) -> None:
    """Note that `passkey` has answered what the page asked. Raises Refused where it has not."""
    try:
        server_of(request).authenticate_complete(noted["state"], [credential], response)
        handle = response.response.user_handle
        # Whoever gives no name must be named by the device; where there is a name, the device may leave it out.
        is_owner = bytes(handle).decode() == passkey.handle if handle else user is not None
        is_ours = is_owner and not response.response.client_data.cross_origin
    except Exception as error:  # as above
        raise rejected(error) from None
    if not is_ours:
        raise rejected(ValueError("cross-origin, or of another account"))
    if not passkey.moves_on(noted["asked"], response.response.authenticator_data.counter):
        passkey.refresh_from_db(fields=["last_asked"])
        if passkey.last_asked < noted["asked"]:
            record(Kind.FACTOR, f"拒绝了通行密钥“{passkey}”：计数没有增加，可能被复制过", by=passkey.user)
            raise Refused("这个通行密钥的计数没有增加，可能被复制过。请用密码登录，把它删除，并告诉管理员。")
        if passkey.last_asked > noted["asked"] + PATIENCE * 10**6:
            raise Refused("本站服务器的时钟往回调过，这个通行密钥暂时不能用。请用密码登录，并告诉管理员。")
        raise Refused("这一次已经用过了，请再试一次。")


def read_token(token: str, does: str, user: int) -> dict[str, Any]:
    """Return what the page noted. Raises Refused where it was another page, for another account, or long ago."""
    try:
        noted = signing.loads(token, salt=SALT, max_age=PATIENCE)
    except signing.BadSignature:
        noted = {}
    if noted.get(does) != user:
        raise Refused("这一页打开得太久了，请再试一次。")
    return dict(noted)


def read_answer(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise ValueError("too long")
    return dict(json.loads(answer))


def rejected(error: Exception) -> Refused:
    """Tell the log what a device or browser does wrong, so that an operator can help; nothing of the answer."""
    logger.warning("passkey: %s: %s", type(error).__name__, str(error)[:200] if type(error) is ValueError else "")
    return Refused("通行密钥没有通过检查，请再试一次。")
