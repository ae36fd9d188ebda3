package stories;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.netty.NettyAsyncHttpClientBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;

/** Plays every story over both HTTP clients, and prints one line of JSON for each: how it went. */
public final class Play {
  private interface Story {
    void tell(Told told, HttpClient http) throws Exception;
  }

  private record Played(String capability, String way, Story story) {}

  private Play() {}

  public static void main(String[] arguments) throws Exception {
    var stories = List.of(
        new Played("identity", "synchronous", IdentityStory::tell),
        new Played("identity", "asynchronous", IdentityStory::tellAsync),
        new Played("chat", "synchronous", ChatStory::tell),
        new Played("chat", "asynchronous", ChatStory::tellAsync));
    var clients = new LinkedHashMap<String, HttpClient>();
    clients.put("Netty", new NettyAsyncHttpClientBuilder().build());
    clients.put("JDK", new JdkHttpClientBuilder().build());
    boolean isGood = true;
    for (var http : clients.entrySet()) {
      for (var story : stories) {
        isGood &= play(story, http.getKey(), http.getValue());
      }
    }
    System.exit(isGood ? 0 : 1);
  }

  private static boolean play(Played played, String name, HttpClient http) throws Exception {
    var told = new Told();
    String failure = null;
    try {
      played.story().tell(told, http);
      var uncalled = told.uncalled();
      failure = uncalled.isEmpty() ? null : "Nobody called " + String.join(", ", uncalled) + ".";
    } catch (Exception | AssertionError thrown) {
      var text = new StringWriter();
      thrown.printStackTrace(new PrintWriter(text));
      failure = text.toString();
    }
    var line = new LinkedHashMap<String, Object>();
    line.put("capability", played.capability());
    line.put("way", played.way() + ", " + name);
    line.put("methods", told.count());
    line.put("failure", failure);
    System.out.println(new ObjectMapper().writeValueAsString(line));
    return failure == null;
  }
}
