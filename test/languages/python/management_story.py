"""The story of management, synchronous and asynchronous."""

import uuid

from azure.communication.identity import CommunicationIdentityClient
from azure.identity import ClientSecretCredential
from azure.identity.aio import ClientSecretCredential as AsyncClientSecretCredential
from azure.mgmt.communication import CommunicationServiceManagementClient
from azure.mgmt.communication.aio import CommunicationServiceManagementClient as AsyncManagementClient

import world
from told import check, refused, refused_async

GROUP = "story"
DOMAIN = "story.example.com"
QUICKLY = {"polling_interval": 0.1}
SERVICE = {"location": "global", "properties": {"dataLocation": "Europe"}}
MAILS = {"location": "global", "properties": {"dataLocation": "Europe"}}
MANAGED = {"location": "global", "properties": {"domainManagement": "CustomerManaged"}}
NAME_OF_SERVICE = {"type": "Microsoft.Communication/CommunicationServices"}
PARTS = (
    "operations",
    "communication_services",
    "email_services",
    "domains",
    "sender_usernames",
    "smtp_usernames",
    "suppression_lists",
    "suppression_list_addresses",
)


def _ways():
    here = {"base_url": world.management, "credential_scopes": [f"{world.management}/.default"]}
    return world.entra["tenantId"], world.entra["clientId"], world.entra["clientSecret"], here


def tell(told):
    tenant, client_id, secret, here = _ways()
    credential = ClientSecretCredential(tenant, client_id, secret, **world.authority())
    with CommunicationServiceManagementClient(credential, str(uuid.uuid4()), **here) as client:
        parts = {name: told.client(getattr(client, name)) for name in PARTS}
        service = _tell_service(parts["communication_services"])
        _tell_mails(parts, service)
        names = [each.name for each in parts["operations"].list()]
        check(any(name.lower() == "microsoft.communication/communicationservices/read" for name in names), "operations")
        parts["communication_services"].begin_delete(GROUP, service, **QUICKLY).result()
        refused(lambda: parts["communication_services"].get(GROUP, service), 404)


def _tell_service(services):
    name = f"story-{uuid.uuid4().hex[:12]}"
    asked = {**NAME_OF_SERVICE, "name": name}
    check(services.check_name_availability(asked).name_available, "the name is free")
    services.begin_create_or_update(GROUP, name, SERVICE, **QUICKLY).result()
    check(not services.check_name_availability(asked).name_available, "the name is taken")
    check(services.get(GROUP, name).data_location == "Europe", "it lies in Europe")
    check(services.update(GROUP, name, {"tags": {"a": "b"}}).tags == {"a": "b"}, "it is tagged")
    for listed in (services.list_by_resource_group(GROUP), services.list_by_subscription()):
        check([each.name for each in listed] == [name], "it is listed")
    before = services.list_keys(GROUP, name)
    after = services.regenerate_key(GROUP, name, {"keyType": "Secondary"})
    check(after.primary_key == before.primary_key, "the primary key stays")
    check(after.secondary_key != before.secondary_key, "the secondary key is another")
    identities = CommunicationIdentityClient.from_connection_string(after.secondary_connection_string)
    check(identities.create_user() is not None, "the new key is good")
    hub = {"resourceId": "/subscriptions/none", "connectionString": "none"}
    refused(lambda: services.link_notification_hub(GROUP, name, hub), 501)
    return name


def _tell_mails(parts, service):
    mails, domains, senders = parts["email_services"], parts["domains"], parts["sender_usernames"]
    lists, addresses, logins = parts["suppression_lists"], parts["suppression_list_addresses"], parts["smtp_usernames"]
    post = f"post-{uuid.uuid4().hex[:12]}"
    mails.begin_create_or_update(GROUP, post, MAILS, **QUICKLY).result()
    check(mails.begin_update(GROUP, post, {"tags": {"a": "b"}}, **QUICKLY).result().tags == {"a": "b"}, "tagged")
    check(mails.get(GROUP, post).data_location == "Europe", "it lies in Europe")
    for listed in (mails.list_by_resource_group(GROUP), mails.list_by_subscription()):
        check([each.name for each in listed] == [post], "it is listed")
    check(list(mails.list_verified_exchange_online_domains()) == [], "nothing of Exchange Online is there")

    made = domains.begin_create_or_update(GROUP, post, DOMAIN, MANAGED, **QUICKLY).result()
    domains.begin_update(GROUP, post, DOMAIN, {"tags": {"c": "d"}}, **QUICKLY).result()
    check(domains.get(GROUP, post, DOMAIN).tags == {"c": "d"}, "the domain is tagged")
    check([each.name for each in domains.list_by_email_service_resource(GROUP, post)] == [DOMAIN], "it is listed")
    record = {"verificationType": "Domain"}
    domains.begin_initiate_verification(GROUP, post, DOMAIN, record, **QUICKLY).result()
    domains.begin_cancel_verification(GROUP, post, DOMAIN, record, **QUICKLY).result()

    at = (GROUP, post, DOMAIN)
    senders.create_or_update(*at, "news", {"properties": {"username": "news", "displayName": "News"}})
    check(senders.get(*at, "news").display_name == "News", "the sender has a name")
    check("news" in [each.name for each in senders.list_by_domains(*at)], "the sender is listed")
    on = str(uuid.uuid4())
    lists.create_or_update(*at, on, {"properties": {"listName": "news"}})
    check(lists.get(*at, on).list_name == "news", "the list has a name")
    check([each.name for each in lists.list_by_domain(*at)] == [on], "the list is listed")
    who = str(uuid.uuid4())
    addresses.create_or_update(*at, on, who, {"properties": {"email": "ada@example.com"}})
    check(addresses.get(*at, on, who).email == "ada@example.com", "the address is kept")
    check([each.name for each in addresses.list(*at, on)] == [who], "the address is listed")

    linked = parts["communication_services"].update(GROUP, service, {"properties": {"linkedDomains": [made.id]}})
    check(linked.linked_domains == [made.id], "the domain is linked")
    login = _login(logins.create_or_update, service)
    check(logins.get(GROUP, service, "printer").username == login.username, "the login is kept")
    check([each.name for each in logins.list(GROUP, service)] == ["printer"], "the login is listed")

    logins.delete(GROUP, service, "printer")
    addresses.delete(*at, on, who)
    lists.delete(*at, on)
    senders.delete(*at, "news")
    parts["communication_services"].update(GROUP, service, {"properties": {"linkedDomains": []}})
    domains.begin_delete(*at, **QUICKLY).result()
    mails.begin_delete(GROUP, post, **QUICKLY).result()
    refused(lambda: mails.get(GROUP, post), 404)


def _login(create, service):
    properties = {
        "username": f"printer@{DOMAIN}",
        "entraApplicationId": world.entra["clientId"],
        "tenantId": world.entra["tenantId"],
    }
    return create(GROUP, service, "printer", {"properties": properties})


async def tell_async(told):
    tenant, client_id, secret, here = _ways()
    async with AsyncClientSecretCredential(tenant, client_id, secret, **world.authority()) as credential:
        async with AsyncManagementClient(credential, str(uuid.uuid4()), **here) as client:
            parts = {name: told.client(getattr(client, name)) for name in PARTS}
            service = await _tell_service_async(parts["communication_services"])
            await _tell_mails_async(parts, service)
            names = [each.name async for each in parts["operations"].list()]
            check(len(names) > 20, "operations")
            poller = await parts["communication_services"].begin_delete(GROUP, service, **QUICKLY)
            await poller.result()
            await refused_async(lambda: parts["communication_services"].get(GROUP, service), 404)


async def _tell_service_async(services):
    name = f"story-{uuid.uuid4().hex[:12]}"
    asked = {**NAME_OF_SERVICE, "name": name}
    check((await services.check_name_availability(asked)).name_available, "the name is free")
    await (await services.begin_create_or_update(GROUP, name, SERVICE, **QUICKLY)).result()
    check((await services.get(GROUP, name)).data_location == "Europe", "it lies in Europe")
    check((await services.update(GROUP, name, {"tags": {"a": "b"}})).tags == {"a": "b"}, "it is tagged")
    for listed in (services.list_by_resource_group(GROUP), services.list_by_subscription()):
        check([each.name async for each in listed] == [name], "it is listed")
    before = await services.list_keys(GROUP, name)
    after = await services.regenerate_key(GROUP, name, {"keyType": "Secondary"})
    check(after.secondary_key != before.secondary_key, "the secondary key is another")
    hub = {"resourceId": "/subscriptions/none", "connectionString": "none"}
    await refused_async(lambda: services.link_notification_hub(GROUP, name, hub), 501)
    return name


async def _tell_mails_async(parts, service):
    mails, domains, senders = parts["email_services"], parts["domains"], parts["sender_usernames"]
    lists, addresses, logins = parts["suppression_lists"], parts["suppression_list_addresses"], parts["smtp_usernames"]
    post = f"post-{uuid.uuid4().hex[:12]}"
    await (await mails.begin_create_or_update(GROUP, post, MAILS, **QUICKLY)).result()
    await (await mails.begin_update(GROUP, post, {"tags": {"a": "b"}}, **QUICKLY)).result()
    check((await mails.get(GROUP, post)).tags == {"a": "b"}, "it is tagged")
    for listed in (mails.list_by_resource_group(GROUP), mails.list_by_subscription()):
        check([each.name async for each in listed] == [post], "it is listed")
    check(list(await mails.list_verified_exchange_online_domains()) == [], "nothing of Exchange Online is there")

    made = await (await domains.begin_create_or_update(GROUP, post, DOMAIN, MANAGED, **QUICKLY)).result()
    await (await domains.begin_update(GROUP, post, DOMAIN, {"tags": {"c": "d"}}, **QUICKLY)).result()
    check((await domains.get(GROUP, post, DOMAIN)).tags == {"c": "d"}, "the domain is tagged")
    check([each.name async for each in domains.list_by_email_service_resource(GROUP, post)] == [DOMAIN], "listed")
    record = {"verificationType": "Domain"}
    await (await domains.begin_initiate_verification(GROUP, post, DOMAIN, record, **QUICKLY)).result()
    await (await domains.begin_cancel_verification(GROUP, post, DOMAIN, record, **QUICKLY)).result()

    at = (GROUP, post, DOMAIN)
    await senders.create_or_update(*at, "news", {"properties": {"username": "news", "displayName": "News"}})
    check((await senders.get(*at, "news")).display_name == "News", "the sender has a name")
    check("news" in [each.name async for each in senders.list_by_domains(*at)], "the sender is listed")
    on, who = str(uuid.uuid4()), str(uuid.uuid4())
    await lists.create_or_update(*at, on, {"properties": {"listName": "news"}})
    check((await lists.get(*at, on)).list_name == "news", "the list has a name")
    check([each.name async for each in lists.list_by_domain(*at)] == [on], "the list is listed")
    await addresses.create_or_update(*at, on, who, {"properties": {"email": "ada@example.com"}})
    check((await addresses.get(*at, on, who)).email == "ada@example.com", "the address is kept")
    check([each.name async for each in addresses.list(*at, on)] == [who], "the address is listed")

    await parts["communication_services"].update(GROUP, service, {"properties": {"linkedDomains": [made.id]}})
    login = await _login(logins.create_or_update, service)
    check((await logins.get(GROUP, service, "printer")).username == login.username, "the login is kept")
    check([each.name async for each in logins.list(GROUP, service)] == ["printer"], "the login is listed")

    await logins.delete(GROUP, service, "printer")
    await addresses.delete(*at, on, who)
    await lists.delete(*at, on)
    await senders.delete(*at, "news")
    await parts["communication_services"].update(GROUP, service, {"properties": {"linkedDomains": []}})
    await (await domains.begin_delete(*at, **QUICKLY)).result()
    await (await mails.begin_delete(GROUP, post, **QUICKLY)).result()
    await refused_async(lambda: mails.get(GROUP, post), 404)
