"""The story of chat, synchronous and asynchronous."""

from datetime import datetime, timezone

from azure.communication.chat import (
    ChatClient,
    ChatMessageType,
    ChatParticipant,
    ChatThreadClient,
    CommunicationTokenCredential,
)
from azure.communication.chat.aio import ChatClient as AsyncChatClient
from azure.communication.chat.aio import ChatThreadClient as AsyncChatThreadClient
from azure.communication.chat.aio import CommunicationTokenCredential as AsyncTokenCredential
from azure.communication.identity import CommunicationIdentityClient, CommunicationTokenScope

import world
from told import check, refused, refused_async

SINCE_EVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


class People:
    def __init__(self):
        identities = CommunicationIdentityClient.from_connection_string(world.connection_string)
        made = [identities.create_user_and_token([CommunicationTokenScope.CHAT]) for _ in range(3)]
        (self.ada, self.bert, self.cleo) = (user for user, _ in made)
        self.tokens = [token.token for _, token in made]


def tell(told):
    people = People()
    ada, bert, cleo = (
        told.client(ChatClient(world.endpoint, CommunicationTokenCredential(token))) for token in people.tokens
    )
    made = ada.create_chat_thread(
        "Lunch", thread_participants=[ChatParticipant(identifier=people.bert, display_name="Bert")]
    )
    check(not made.errors, "nobody is refused")
    thread_id = made.chat_thread.id
    check([each.topic for each in ada.list_chat_threads()] == ["Lunch"], "she has one thread")
    of = {
        name: told.client(client.get_chat_thread_client(thread_id))
        for name, client in {"ada": ada, "bert": bert, "cleo": cleo}.items()
    }
    check(of["ada"].thread_id == thread_id, "the client knows its thread")
    check(of["ada"].get_properties().created_on.tzinfo is not None, "it says when it was made")
    of["ada"].update_topic("Dinner")
    check(of["ada"].get_properties().topic == "Dinner", "the topic is changed")
    ids = _send(of["ada"])
    two = of["ada"].get_message(ids["two"])
    check(two.type == ChatMessageType.HTML and two.metadata == {"course": "2"}, "type and metadata are kept")
    check(two.sender.properties["id"] == people.ada.properties["id"], "the sender is Ada")
    of["ada"].update_message(ids["three"], content="three!")
    of["ada"].delete_message(ids["four"])
    _check_messages(list(of["bert"].list_messages(results_per_page=2)), ids)
    of["bert"].send_typing_notification(sender_display_name="Bert")
    of["bert"].send_read_receipt(ids["one"])
    readers = [each.sender.properties["id"] for each in of["ada"].list_read_receipts()]
    check(people.bert.properties["id"] in readers, "Bert has read")
    late = ChatParticipant(identifier=people.cleo, display_name="Cleo", share_history_time=SINCE_EVER)
    check(of["ada"].add_participants([late]) == [], "Cleo is not refused")
    check(len(list(of["ada"].list_participants(results_per_page=2))) == 3, "three take part")
    check(of["cleo"].get_message(ids["one"]).content.message == "one", "Cleo reads the history")
    of["ada"].remove_participant(people.cleo)
    refused(lambda: of["cleo"].send_message("still here"), 403)
    refused(lambda: of["bert"].update_message(ids["one"], content="mine"), 403)
    ada.delete_chat_thread(thread_id)
    refused(of["ada"].get_properties, 404)
    for client in (*of.values(), ada, bert, cleo):
        client.close()
    told.called(ChatThreadClient, "close")


def _send(thread):
    return {
        "one": thread.send_message("one", sender_display_name="Ada").id,
        "two": thread.send_message("<p>two</p>", chat_message_type="html", metadata={"course": "2"}).id,
        "three": thread.send_message("three").id,
        "four": thread.send_message("four").id,
    }


def _check_messages(messages, ids):
    by_id = {each.id: each for each in messages}
    check(len(by_id) == len(messages), "each message comes once")
    check(by_id[ids["one"]].content.message == "one", "one is there")
    check(by_id[ids["two"]].content.message == "<p>two</p>", "two is there")
    check(by_id[ids["three"]].content.message == "three!", "three was edited")
    check(by_id[ids["three"]].edited_on is not None, "it says when")
    check(not by_id[ids["four"]].content.message, "the text of four is gone")
    check(by_id[ids["four"]].deleted_on is not None, "it says when")
    for each in messages:
        repr(vars(each))


async def tell_async(told):
    people = People()
    clients = [AsyncChatClient(world.endpoint, AsyncTokenCredential(token)) for token in people.tokens]
    ada, bert, cleo = (told.client(client) for client in clients)
    made = await ada.create_chat_thread(
        "Lunch", thread_participants=[ChatParticipant(identifier=people.bert, display_name="Bert")]
    )
    check(not made.errors, "nobody is refused")
    thread_id = made.chat_thread.id
    check([each.topic async for each in ada.list_chat_threads()] == ["Lunch"], "she has one thread")
    threads = [client.get_chat_thread_client(thread_id) for client in (ada, bert, cleo)]
    of_ada, of_bert, of_cleo = (told.client(thread) for thread in threads)
    await of_ada.update_topic("Dinner")
    check((await of_ada.get_properties()).topic == "Dinner", "the topic is changed")
    ids = {
        "one": (await of_ada.send_message("one")).id,
        "two": (await of_ada.send_message("<p>two</p>", chat_message_type="html")).id,
        "three": (await of_ada.send_message("three")).id,
        "four": (await of_ada.send_message("four")).id,
    }
    await of_ada.update_message(ids["three"], content="three!")
    await of_ada.delete_message(ids["four"])
    _check_messages([each async for each in of_bert.list_messages(results_per_page=2)], ids)
    await of_bert.send_typing_notification()
    await of_bert.send_read_receipt(ids["one"])
    check(len([each async for each in of_ada.list_read_receipts()]) >= 1, "Bert has read")
    late = ChatParticipant(identifier=people.cleo, share_history_time=SINCE_EVER)
    check(await of_ada.add_participants([late]) == [], "Cleo is not refused")
    check(len([each async for each in of_ada.list_participants()]) == 3, "three take part")
    check((await of_cleo.get_message(ids["one"])).content.message == "one", "Cleo reads the history")
    await of_ada.remove_participant(people.cleo)
    await refused_async(lambda: of_cleo.send_message("still here"), 403)
    await ada.delete_chat_thread(thread_id)
    await refused_async(of_ada.get_properties, 404)
    for client in (*threads, *clients):
        await client.close()
    told.called(AsyncChatClient, "close")
    told.called(AsyncChatThreadClient, "close")
