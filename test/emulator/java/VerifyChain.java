// Says of each chain whether this Java accepts it, given one CA certificate, and if not, why: as a TLS client does, as a TLS
// server does, and by the path alone.
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

class VerifyChain {
  interface Check {
    void run(X509Certificate[] chain) throws Exception;
  }

  public static void main(String[] paths) throws Exception {
    var factory = CertificateFactory.getInstance("X.509");
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var in = Files.newInputStream(Path.of(paths[0]))) {
      store.setCertificateEntry("ca", factory.generateCertificate(in));
    }
    var managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(store);
    var manager = (X509TrustManager) managers.getTrustManagers()[0];
    var parameters = new PKIXParameters(store);
    parameters.setRevocationEnabled(false);
    for (var path : List.of(paths).subList(1, paths.length)) {
      X509Certificate[] chain;
      try (var in = Files.newInputStream(Path.of(path))) {
        chain = factory.generateCertificates(in).toArray(new X509Certificate[0]);
      }
      say(path, "server", chain, it -> manager.checkServerTrusted(it, "ECDHE_ECDSA"));
      say(path, "client", chain, it -> manager.checkClientTrusted(it, "EC"));
      say(path, "path", chain,
          it -> CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(List.of(it)), parameters));
    }
  }

  static void say(String path, String purpose, X509Certificate[] chain, Check check) {
    String result = "accepted";
    try {
      check.run(chain);
    } catch (Exception refusal) {
      result = refusal.getMessage();
    }
    System.out.println(Path.of(path).getFileName() + " " + purpose + ": " + result);
  }
}
