"""The story of identity, synchronous and asynchronous."""

import json
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode
from urllib.request import urlopen

from azure.communication.chat import ChatClient, CommunicationTokenCredential
from azure.communication.identity import (
    CommunicationIdentityClient,
    CommunicationTokenScope,
    CommunicationUserIdentifier,
)
from azure.communication.identity.aio import CommunicationIdentityClient as AsyncIdentityClient
from azure.core.credentials import AzureKeyCredential
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential

import world
from told import check, refused, refused_async

CHAT = CommunicationTokenScope.CHAT
VOIP = CommunicationTokenScope.VOIP


def tell(told):
    told.called(CommunicationIdentityClient, "from_connection_string")
    principal = ClientSecretCredential(
        world.entra["tenantId"], world.entra["clientId"], world.entra["clientSecret"], **world.authority()
    )
    for client in (
        CommunicationIdentityClient.from_connection_string(world.connection_string),
        CommunicationIdentityClient(world.endpoint, AzureKeyCredential(world.access_key)),
        CommunicationIdentityClient(world.endpoint, principal),
    ):
        _tell(told.client(client))
    wrong = CommunicationIdentityClient(world.endpoint, AzureKeyCredential("A" * 87 + "="))
    refused(wrong.create_user, 401, "Denied")


def _tell(client):
    user = client.create_user()
    check(user.properties["id"].startswith("8:acs:"), "an id begins with 8:acs:")
    other, token = client.create_user_and_token([CHAT, VOIP], token_expires_in=timedelta(minutes=60))
    check(_lives(token, 60), "the token lives for 60 minutes")
    first = client.get_token(user, [CHAT])
    check(first.token != token.token, "each token is a new one")
    exchanged = client.get_token_for_teams_user(
        aad_token=_teams_token(), client_id=world.entra["clientId"], user_object_id=world.teams_user["objectId"]
    )
    check(len(exchanged.token) > 100, "the exchange gives a token")
    client.revoke_tokens(user)
    refused(lambda: list(_chat(first.token).list_chat_threads()), 401)
    client.delete_user(other)
    refused(lambda: client.get_token(CommunicationUserIdentifier(other.properties["id"]), [CHAT]), 401, "IdentityNotOwned")


async def tell_async(told):
    told.called(AsyncIdentityClient, "from_connection_string")
    async with AsyncClientSecretCredential(
        world.entra["tenantId"], world.entra["clientId"], world.entra["clientSecret"], **world.authority()
    ) as principal:
        for client in (
            AsyncIdentityClient.from_connection_string(world.connection_string),
            AsyncIdentityClient(world.endpoint, AzureKeyCredential(world.access_key)),
            AsyncIdentityClient(world.endpoint, principal),
        ):
            async with client:
                await _tell_async(told.client(client))
        told.called(AsyncIdentityClient, "close")


async def _tell_async(client):
    user = await client.create_user()
    other, token = await client.create_user_and_token([CHAT, VOIP], token_expires_in=timedelta(minutes=60))
    check(_lives(token, 60), "the token lives for 60 minutes")
    first = await client.get_token(user, [CHAT])
    exchanged = await client.get_token_for_teams_user(
        aad_token=_teams_token(), client_id=world.entra["clientId"], user_object_id=world.teams_user["objectId"]
    )
    check(len(exchanged.token) > 100, "the exchange gives a token")
    await client.revoke_tokens(user)
    refused(lambda: list(_chat(first.token).list_chat_threads()), 401)
    await client.delete_user(other)
    gone = CommunicationUserIdentifier(other.properties["id"])
    await refused_async(lambda: client.get_token(gone, [CHAT]), 401, "IdentityNotOwned")


def _lives(token, minutes):
    """The SDK hands on the text of the answer, with seven digits behind the seconds."""
    left = datetime.fromisoformat(f"{token.expires_on[:19]}+00:00") - datetime.now(timezone.utc)
    return abs(left - timedelta(minutes=minutes)) < timedelta(minutes=1)


def _chat(token):
    return ChatClient(world.endpoint, CommunicationTokenCredential(token))


def _teams_token():
    """Asked for by hand: MSAL for Python leaves the port out when it asks whose password that is."""
    form = urlencode(
        {
            "grant_type": "password",
            "client_id": world.entra["clientId"],
            "client_secret": world.entra["clientSecret"],
            "username": world.teams_user["username"],
            "password": world.teams_user["password"],
            "scope": world.teams_scope,
        }
    )
    address = f"{world.entra['authorityHost']}/{world.entra['tenantId']}/oauth2/v2.0/token"
    with urlopen(address, form.encode()) as answer:
        return json.load(answer)["access_token"]
