"""How generated requests are let in: signed by the access key, with a user's token, or with a token of Entra ID."""

import base64
import hashlib
import hmac
import json
import os
import re
from email.utils import formatdate
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import requests
import schemathesis

with open(os.environ["DOMICILE_READY_FILE"], encoding="utf-8") as ready_file:
    ready = json.load(ready_file)
with open(os.environ["DOMICILE_OPENAPI"], encoding="utf-8") as document_file:
    document = json.load(document_file)

resource = next(each for each in ready["resources"] if each["geography"] == "europe")


def _schemes():
    """Which kind of credential each operation takes, by method and path."""
    for path, operations in document["paths"].items():
        pattern = re.compile("^" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$")
        for method, operation in operations.items():
            kinds = [name for wanted in operation["security"] for name in wanted]
            yield method.upper(), pattern, kinds


SCHEMES = list(_schemes())


class Credentials(requests.auth.AuthBase):
    """Sees each request as it will be sent."""

    def __call__(self, request):
        kinds = _kinds_of(request)
        if "userToken" in kinds:
            request.headers["Authorization"] = f"Bearer {_user_token()}"
        elif "accessKey" in kinds:
            _sign(request)
        elif "entra" in kinds:
            request.headers["Authorization"] = f"Bearer {_entra_token()}"
        return request


def _kinds_of(request):
    path = urlsplit(request.url).path
    return next((kinds for method, pattern, kinds in SCHEMES if method == request.method and pattern.match(path)), [])


def _sign(request):
    parts = urlsplit(request.url)
    body = request.body or b""
    content = base64.b64encode(hashlib.sha256(body.encode() if isinstance(body, str) else body).digest()).decode()
    date = formatdate(usegmt=True)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    text = f"{request.method}\n{target}\n{date};{parts.netloc};{content}"
    mac = hmac.new(base64.b64decode(resource["accessKey"]), text.encode(), hashlib.sha256)
    signature = base64.b64encode(mac.digest()).decode()
    request.headers["x-ms-date"] = date
    request.headers["x-ms-content-sha256"] = content
    request.headers["Authorization"] = (
        f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"
    )


_kept = {}


def _once(name, make):
    if name not in _kept:
        _kept[name] = make()
    return _kept[name]


def _new_user():
    body = json.dumps({"createTokenWithScopes": ["chat"], "expiresInMinutes": 1440}).encode()
    address = f"{resource['endpoint']}/identities?api-version=2023-10-01"
    request = requests.Request("POST", address, data=body, headers={"Content-Type": "application/json"}).prepare()
    _sign(request)
    with requests.Session() as session:
        answer = session.send(request, verify=os.environ["REQUESTS_CA_BUNDLE"])
    answer.raise_for_status()
    return answer.json()


def _user():
    return _once("user", _new_user)


def _user_token():
    return _user()["accessToken"]["token"]


def _entra_token():
    return _once("entra", _ask_for_entra_token)


def _ask_for_entra_token():
    entra = ready["entra"]
    form = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": entra["clientId"],
            "client_secret": entra["clientSecret"],
            "scope": f"{ready['management']}/.default",
        }
    )
    with urlopen(f"{entra['authorityHost']}/{entra['tenantId']}/oauth2/v2.0/token", form.encode()) as answer:
        return json.load(answer)["access_token"]


def _new_thread():
    answer = requests.post(
        f"{resource['endpoint']}/chat/threads?api-version=2025-03-15",
        json={"topic": "generated"},
        headers={"Authorization": f"Bearer {_user_token()}"},
        verify=os.environ["REQUESTS_CA_BUNDLE"],
        timeout=30,
    )
    answer.raise_for_status()
    return answer.json()["chatThread"]["id"]


KNOWN = {
    "chatThreadId": lambda: _once("thread", _new_thread),
    "id": lambda: _new_user()["identity"]["id"],
}

schemathesis.auth.set_from_requests(Credentials())


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Every other request is about something that is there."""
    for name, make in KNOWN.items():
        value = (path_parameters or {}).get(name)
        if isinstance(value, str) and len(value) % 2 == 0:
            path_parameters[name] = make()
    return path_parameters
