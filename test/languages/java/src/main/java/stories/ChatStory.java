package stories;

import static stories.Told.check;
import static stories.Told.refused;

import com.azure.communication.chat.ChatAsyncClient;
import com.azure.communication.chat.ChatClient;
import com.azure.communication.chat.ChatClientBuilder;
import com.azure.communication.chat.ChatThreadAsyncClient;
import com.azure.communication.chat.ChatThreadClient;
import com.azure.communication.chat.models.ChatMessage;
import com.azure.communication.chat.models.ChatMessageType;
import com.azure.communication.chat.models.ChatParticipant;
import com.azure.communication.chat.models.CreateChatThreadOptions;
import com.azure.communication.chat.models.ListChatMessagesOptions;
import com.azure.communication.chat.models.SendChatMessageOptions;
import com.azure.communication.chat.models.UpdateChatMessageOptions;
import com.azure.communication.common.CommunicationTokenCredential;
import com.azure.communication.common.CommunicationUserIdentifier;
import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.models.CommunicationTokenScope;
import com.azure.core.http.HttpClient;
import com.azure.core.util.Context;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The story of chat. */
final class ChatStory {
  private static final OffsetDateTime sinceEver = OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private ChatStory() {}

  private record Person(CommunicationUserIdentifier id, ChatClientBuilder builder) {}

  private static Person somebody(HttpClient http) {
    var identities = new CommunicationIdentityClientBuilder()
        .connectionString(World.connectionString)
        .httpClient(http)
        .buildClient();
    var made = identities.createUserAndToken(List.of(CommunicationTokenScope.CHAT));
    var builder = new ChatClientBuilder()
        .endpoint(World.endpoint)
        .credential(new CommunicationTokenCredential(made.getUserToken().getToken()))
        .httpClient(http);
    return new Person(made.getUser(), builder);
  }

  static void tell(Told told, HttpClient http) {
    Class<?> client = ChatClient.class;
    Class<?> thread = ChatThreadClient.class;
    Person ada = somebody(http), bert = somebody(http), cleo = somebody(http);
    var hers = ada.builder().buildClient();
    var wanted = new CreateChatThreadOptions("Lunch")
        .addParticipant(new ChatParticipant().setCommunicationIdentifier(bert.id()).setDisplayName("Bert"));
    var made = told.call(client, "createChatThread", () -> hers.createChatThread(wanted));
    check(made.getInvalidParticipants().isEmpty(), "nobody is refused");
    var id = made.getChatThread().getId();
    var topics = told.call(client, "listChatThreads", hers::listChatThreads).stream().map((each) -> each.getTopic());
    check(topics.toList().equals(List.of("Lunch")), "she has one thread");
    var ofAda = told.call(client, "getChatThreadClient", () -> hers.getChatThreadClient(id));
    var ofBert = bert.builder().buildClient().getChatThreadClient(id);
    var ofCleo = cleo.builder().buildClient().getChatThreadClient(id);
    check(told.call(thread, "getChatThreadId", ofAda::getChatThreadId).equals(id), "the client knows its thread");
    told.run(thread, "updateTopic", () -> ofAda.updateTopic("Dinner"));
    check(told.call(thread, "getProperties", ofAda::getProperties).getTopic().equals("Dinner"), "the topic is changed");
    var ids = new HashMap<String, String>();
    told.run(thread, "sendMessage", () -> messages().forEach((name, message) ->
        ids.put(name, ofAda.sendMessage(message).getId())));
    var two = told.call(thread, "getMessage", () -> ofAda.getMessage(ids.get("two")));
    check(two.getType().equals(ChatMessageType.HTML), "the type is kept");
    check(two.getMetadata().equals(Map.of("course", "2")), "the metadata is kept");
    told.run(thread, "updateMessage", () -> ofAda.updateMessage(ids.get("three"), edit("three!")));
    told.run(thread, "deleteMessage", () -> ofAda.deleteMessage(ids.get("four")));
    var pages = new ListChatMessagesOptions().setMaxPageSize(2);
    checkMessages(
        told.call(thread, "listMessages", () -> ofBert.listMessages(pages, Context.NONE)).stream().toList(), ids);
    told.run(thread, "sendTypingNotification", ofBert::sendTypingNotification);
    told.run(thread, "sendReadReceipt", () -> ofBert.sendReadReceipt(ids.get("one")));
    var receipts = told.call(thread, "listReadReceipts", ofAda::listReadReceipts).stream().toList();
    check(receipts.stream().anyMatch((each) -> each.getSender().equals(bert.id())), "Bert has read");
    told.run(thread, "addParticipant", () -> ofAda.addParticipant(late(cleo)));
    told.run(thread, "addParticipants", () -> ofAda.addParticipants(List.of(late(cleo))));
    check(told.call(thread, "listParticipants", ofAda::listParticipants).stream().count() == 3, "three take part");
    check(ofCleo.getMessage(ids.get("one")).getContent().getMessage().equals("one"), "Cleo reads the history");
    told.run(thread, "removeParticipant", () -> ofAda.removeParticipant(cleo.id()));
    refused(() -> ofCleo.sendMessage(new SendChatMessageOptions().setContent("still here")), 403);
    refused(() -> ofBert.updateMessage(ids.get("one"), edit("mine")), 403);
    told.run(client, "deleteChatThread", () -> hers.deleteChatThread(id));
    refused(ofAda::getProperties, 404);
  }

  static void tellAsync(Told told, HttpClient http) {
    Class<?> client = ChatAsyncClient.class;
    Class<?> thread = ChatThreadAsyncClient.class;
    Person ada = somebody(http), bert = somebody(http), cleo = somebody(http);
    var hers = ada.builder().buildAsyncClient();
    var wanted = new CreateChatThreadOptions("Lunch")
        .addParticipant(new ChatParticipant().setCommunicationIdentifier(bert.id()).setDisplayName("Bert"));
    var made = told.call(client, "createChatThread", () -> hers.createChatThread(wanted).block());
    check(made.getInvalidParticipants().isEmpty(), "nobody is refused");
    var id = made.getChatThread().getId();
    check(told.call(client, "listChatThreads", () -> hers.listChatThreads().collectList().block()).size() == 1, "one");
    var ofAda = told.call(client, "getChatThreadClient", () -> hers.getChatThreadClient(id));
    var ofBert = bert.builder().buildAsyncClient().getChatThreadClient(id);
    var ofCleo = cleo.builder().buildAsyncClient().getChatThreadClient(id);
    check(told.call(thread, "getChatThreadId", ofAda::getChatThreadId).equals(id), "the client knows its thread");
    told.run(thread, "updateTopic", () -> ofAda.updateTopic("Dinner").block());
    var properties = told.call(thread, "getProperties", () -> ofAda.getProperties().block());
    check(properties.getTopic().equals("Dinner"), "the topic is changed");
    var ids = new HashMap<String, String>();
    told.run(thread, "sendMessage", () -> messages().forEach((name, message) ->
        ids.put(name, ofAda.sendMessage(message).block().getId())));
    var two = told.call(thread, "getMessage", () -> ofAda.getMessage(ids.get("two")).block());
    check(two.getType().equals(ChatMessageType.HTML), "the type is kept");
    told.run(thread, "updateMessage", () -> ofAda.updateMessage(ids.get("three"), edit("three!")).block());
    told.run(thread, "deleteMessage", () -> ofAda.deleteMessage(ids.get("four")).block());
    var pages = new ListChatMessagesOptions().setMaxPageSize(2);
    checkMessages(
        told.call(thread, "listMessages", () -> ofBert.listMessages(pages).collectList().block()), ids);
    told.run(thread, "sendTypingNotification", () -> ofBert.sendTypingNotification().block());
    told.run(thread, "sendReadReceipt", () -> ofBert.sendReadReceipt(ids.get("one")).block());
    told.call(thread, "listReadReceipts", () -> ofAda.listReadReceipts().collectList().block());
    told.run(thread, "addParticipant", () -> ofAda.addParticipant(late(cleo)).block());
    told.run(thread, "addParticipants", () -> ofAda.addParticipants(List.of(late(cleo))).block());
    var participants = told.call(thread, "listParticipants", () -> ofAda.listParticipants().collectList().block());
    check(participants.size() == 3, "three take part");
    told.run(thread, "removeParticipant", () -> ofAda.removeParticipant(cleo.id()).block());
    refused(() -> ofCleo.sendMessage(new SendChatMessageOptions().setContent("still here")).block(), 403);
    told.run(client, "deleteChatThread", () -> hers.deleteChatThread(id).block());
    refused(() -> ofAda.getProperties().block(), 404);
  }

  private static Map<String, SendChatMessageOptions> messages() {
    return Map.of(
        "one", new SendChatMessageOptions().setContent("one").setSenderDisplayName("Ada"),
        "two", new SendChatMessageOptions()
            .setContent("<p>two</p>").setType(ChatMessageType.HTML).setMetadata(Map.of("course", "2")),
        "three", new SendChatMessageOptions().setContent("three"),
        "four", new SendChatMessageOptions().setContent("four"));
  }

  private static UpdateChatMessageOptions edit(String content) {
    return new UpdateChatMessageOptions().setContent(content);
  }

  private static ChatParticipant late(Person person) {
    return new ChatParticipant().setCommunicationIdentifier(person.id()).setShareHistoryTime(sinceEver);
  }

  private static void checkMessages(List<ChatMessage> messages, Map<String, String> ids) {
    var byId = new HashMap<String, ChatMessage>();
    messages.forEach((each) -> check(byId.put(each.getId(), each) == null, "each message comes once"));
    check(byId.get(ids.get("one")).getContent().getMessage().equals("one"), "one is there");
    check(byId.get(ids.get("two")).getContent().getMessage().equals("<p>two</p>"), "two is there");
    check(byId.get(ids.get("three")).getContent().getMessage().equals("three!"), "three was edited");
    check(byId.get(ids.get("three")).getEditedOn() != null, "it says when");
    var four = byId.get(ids.get("four"));
    check(four.getDeletedOn() != null, "four says when it went");
    check(four.getContent().getMessage() == null || four.getContent().getMessage().isEmpty(), "its text is gone");
  }
}
