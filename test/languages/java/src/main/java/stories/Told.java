package stories;

import com.azure.core.exception.HttpResponseException;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** Which public methods a story has called. A method and its `...WithResponse` make the same request and count as one. */
final class Told {
  private final Map<Class<?>, Set<String>> called = new HashMap<>();

  /** Calls a method of this client, by the name that stands beside it. */
  <T> T call(Class<?> client, String method, Callable<T> call) {
    called.computeIfAbsent(client, (none) -> new TreeSet<>()).add(method);
    try {
      return call.call();
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  void run(Class<?> client, String method, Runnable call) {
    call(client, method, () -> {
      call.run();
      return null;
    });
  }

  int count() {
    return called.values().stream().mapToInt(Set::size).sum();
  }

  List<String> uncalled() {
    return called.entrySet().stream()
        .flatMap((entry) -> methodsOf(entry.getKey()).stream()
            .filter((name) -> !entry.getValue().contains(name))
            .map((name) -> entry.getKey().getSimpleName() + "." + name))
        .toList();
  }

  private static Set<String> methodsOf(Class<?> client) {
    var names = new TreeSet<String>();
    Arrays.stream(client.getDeclaredMethods())
        .filter((method) -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .forEach((method) -> names.add(method.getName().replaceAll("WithResponse$", "")));
    return names;
  }

  static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  /** Calls, and wants this HTTP status. */
  static void refused(Runnable call, int status) {
    try {
      call.run();
    } catch (HttpResponseException refusal) {
      int found = refusal.getResponse().getStatusCode();
      check(found == status, found + " instead of " + status + ": " + refusal.getMessage());
      return;
    }
    throw new AssertionError(status + " was expected, and the call succeeded");
  }
}
