package stories;

import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The emulator that runs, from its ready file. */
final class World {
  private static final ObjectMapper json = new ObjectMapper();
  private static final JsonNode ready = read();
  static final JsonNode resource = StreamSupport.stream(ready.get("resources").spliterator(), false)
      .filter((each) -> each.get("geography").asText().equals("europe"))
      .findFirst()
      .orElseThrow();
  static final String endpoint = resource.get("endpoint").asText();
  static final String connectionString = resource.get("connectionString").asText();
  static final String accessKey = resource.get("accessKey").asText();
  static final JsonNode entra = ready.get("entra");
  static final JsonNode teamsUser = ready.get("entraUsers").get(0);

  private World() {}

  static ClientSecretCredential principal() {
    return new ClientSecretCredentialBuilder()
        .authorityHost(entra.get("authorityHost").asText())
        .disableInstanceDiscovery()
        .tenantId(entra.get("tenantId").asText())
        .clientId(entra.get("clientId").asText())
        .clientSecret(entra.get("clientSecret").asText())
        .build();
  }

  /** The token of a Teams user of the emulator's tenant. */
  static String teamsToken() throws IOException, InterruptedException {
    var form = Map.of(
        "grant_type", "password",
        "client_id", entra.get("clientId").asText(),
        "client_secret", entra.get("clientSecret").asText(),
        "username", teamsUser.get("username").asText(),
        "password", teamsUser.get("password").asText(),
        "scope", "https://auth.msft.communication.azure.com/.default");
    var text = form.entrySet().stream()
        .map((entry) -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
    var address = entra.get("authorityHost").asText() + "/" + entra.get("tenantId").asText() + "/oauth2/v2.0/token";
    var request = HttpRequest.newBuilder(URI.create(address))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(text))
        .build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    return json.readTree(answer.body()).get("access_token").asText();
  }

  private static JsonNode read() {
    try {
      return json.readTree(Path.of(System.getenv("DOMICILE_READY_FILE")).toFile());
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
