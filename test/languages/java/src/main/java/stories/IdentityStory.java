package stories;

import static stories.Told.check;
import static stories.Told.refused;

import com.azure.communication.chat.ChatClientBuilder;
import com.azure.communication.common.CommunicationTokenCredential;
import com.azure.communication.identity.CommunicationIdentityAsyncClient;
import com.azure.communication.identity.CommunicationIdentityClient;
import com.azure.communication.identity.CommunicationIdentityClientBuilder;
import com.azure.communication.identity.models.CommunicationTokenScope;
import com.azure.communication.identity.models.GetTokenForTeamsUserOptions;
import com.azure.core.credential.AccessToken;
import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.rest.Response;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;

/** The story of identity. */
final class IdentityStory {
  private static final List<CommunicationTokenScope> chat = List.of(CommunicationTokenScope.CHAT);
  private static final List<CommunicationTokenScope> both =
      List.of(CommunicationTokenScope.CHAT, CommunicationTokenScope.VOIP);
  private static final Duration hour = Duration.ofMinutes(60);

  private IdentityStory() {}

  private static List<CommunicationIdentityClientBuilder> ways(HttpClient http) {
    return List.of(
        new CommunicationIdentityClientBuilder().connectionString(World.connectionString).httpClient(http),
        new CommunicationIdentityClientBuilder()
            .endpoint(World.endpoint)
            .credential(new AzureKeyCredential(World.accessKey))
            .httpClient(http),
        new CommunicationIdentityClientBuilder()
            .endpoint(World.endpoint)
            .credential(World.principal())
            .httpClient(http));
  }

  static void tell(Told told, HttpClient http) throws Exception {
    for (var way : ways(http)) {
      tell(told, way.buildClient(), http);
    }
    var wrong = new CommunicationIdentityClientBuilder()
        .endpoint(World.endpoint)
        .credential(new AzureKeyCredential("A".repeat(87) + "="))
        .httpClient(http)
        .buildClient();
    refused(wrong::createUser, 401);
  }

  private static void tell(Told told, CommunicationIdentityClient client, HttpClient http) throws Exception {
    var kind = CommunicationIdentityClient.class;
    var user = told.call(kind, "createUser", client::createUser);
    check(user.getId().startsWith("8:acs:"), "an id begins with 8:acs:");
    var made = told.call(kind, "createUserAndToken", () -> client.createUserAndToken(both, hour));
    check(livesAnHour(made.getUserToken()), "the token lives for 60 minutes");
    var first = told.call(kind, "getToken", () -> client.getToken(user, chat));
    check(!first.getToken().equals(made.getUserToken().getToken()), "each token is a new one");
    var asked = new GetTokenForTeamsUserOptions(
        World.teamsToken(), World.entra.get("clientId").asText(), World.teamsUser.get("objectId").asText());
    var exchanged = told.call(kind, "getTokenForTeamsUser", () -> client.getTokenForTeamsUser(asked));
    check(exchanged.getToken().length() > 100, "the exchange gives a token");
    told.run(kind, "revokeTokens", () -> client.revokeTokens(user));
    requireRevoked(first, http);
    told.run(kind, "deleteUser", () -> client.deleteUser(made.getUser()));
    refused(() -> client.getToken(made.getUser(), chat), 401);
  }

  static void tellAsync(Told told, HttpClient http) throws Exception {
    for (var way : ways(http)) {
      tell(told, way.buildAsyncClient(), http);
    }
  }

  private static void tell(Told told, CommunicationIdentityAsyncClient client, HttpClient http) throws Exception {
    var kind = CommunicationIdentityAsyncClient.class;
    var user = told.call(kind, "createUser", () -> client.createUser().block());
    check(user.getId().startsWith("8:acs:"), "an id begins with 8:acs:");
    var made = told.call(kind, "createUserAndToken", () -> client.createUserAndToken(both, hour).block());
    check(livesAnHour(made.getUserToken()), "the token lives for 60 minutes");
    Response<AccessToken> first =
        told.call(kind, "getToken", () -> client.getTokenWithResponse(user, chat).block());
    var asked = new GetTokenForTeamsUserOptions(
        World.teamsToken(), World.entra.get("clientId").asText(), World.teamsUser.get("objectId").asText());
    var exchanged = told.call(kind, "getTokenForTeamsUser", () -> client.getTokenForTeamsUser(asked).block());
    check(exchanged.getToken().length() > 100, "the exchange gives a token");
    told.run(kind, "revokeTokens", () -> client.revokeTokens(user).block());
    requireRevoked(first.getValue(), http);
    told.run(kind, "deleteUser", () -> client.deleteUser(made.getUser()).block());
    refused(() -> client.getToken(made.getUser(), chat).block(), 401);
  }

  private static boolean livesAnHour(AccessToken token) {
    var left = Duration.between(OffsetDateTime.now(), token.getExpiresAt());
    return left.minus(hour).abs().compareTo(Duration.ofMinutes(1)) < 0;
  }

  private static void requireRevoked(AccessToken token, HttpClient http) {
    var client = new ChatClientBuilder()
        .endpoint(World.endpoint)
        .credential(new CommunicationTokenCredential(token.getToken()))
        .httpClient(http)
        .buildClient();
    refused(() -> client.listChatThreads().stream().count(), 401);
  }
}
