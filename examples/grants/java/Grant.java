import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Issues grants for the Secure Call Player with nothing but the JDK (17 or later).
 * From a shell: java Grant.java ISSUER.jwk ISS AUD SUB NAME CALL THUMBPRINT PURPOSE [NOTE]
 */
public final class Grant {
  /** The host and the key that the key service has pinned for it. */
  record Issuer(String iss, String kid, PrivateKey key) {}

  /** Who listens, as your own login says. */
  record Listener(String sub, String name, String role) {}

  /** What the browser asked for: call, device key and reason. The note may be null. */
  record Asked(String call, String thumbprint, String purpose, String note) {}

  /** Reads the private JWK that "secure-call keygen issuer" wrote: flat JSON whose values are plain strings. */
  static Issuer readIssuer(String iss, Path jwk) throws Exception {
    Map<String, String> members = new LinkedHashMap<>();
    Matcher member = Pattern.compile("\"(\\w+)\"\\s*:\\s*\"([^\"\\\\]*)\"").matcher(Files.readString(jwk));
    while (member.find()) members.put(member.group(1), member.group(2));
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    BigInteger d = new BigInteger(1, Base64.getUrlDecoder().decode(members.get("d")));
    ECPrivateKeySpec spec = new ECPrivateKeySpec(d, curve.getParameterSpec(ECParameterSpec.class));
    return new Issuer(iss, members.get("kid"), KeyFactory.getInstance("EC").generatePrivate(spec));
  }

  /** Call this only once your own rules have said that the listener may hear the call. */
  static String issue(Issuer issuer, String audience, Listener listener, Asked asked)
      throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer.iss());
    claims.put("aud", audience);
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("iat", now);
    claims.put("exp", now + 60);
    claims.put("sub", listener.sub());
    claims.put("name", listener.name());
    claims.put("role", listener.role());
    claims.put("cnf", Map.of("jkt", asked.thumbprint()));
    claims.put("call", callClaims(asked));
    return sign(issuer, json(claims));
  }

  private static Map<String, Object> callClaims(Asked asked) {
    Map<String, Object> call = new LinkedHashMap<>();
    call.put("id", asked.call());
    // Patient, unit and relation come from your own data, never from the browser.
    call.put("patient", "pseudonym-17");
    call.put("unit", Map.of("id", "unit-17", "name", "Advice line"));
    call.put("purpose", asked.purpose());
    call.put("relation", "care-team");
    if (asked.note() != null) call.put("note", asked.note());
    if (asked.purpose().equals("ETREAT"))
      call.put("breakGlass", Map.of("reason", asked.note(), "notify", List.of("privacy-office")));
    call.put("maxSessionSeconds", 1800);
    call.put("maxRate", 2);
    call.put("watermark", Map.of("client", "required"));
    return call;
  }

  private static String sign(Issuer issuer, String claims) throws GeneralSecurityException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", "ES256");
    header.put("kid", issuer.kid());
    header.put("typ", "secure-call-grant+jwt");
    String input = base64url(utf8(json(header))) + "." + base64url(utf8(claims));
    // JWS wants r and s side by side, 64 bytes; plain "SHA256withECDSA" gives DER and is refused.
    Signature ecdsa = Signature.getInstance("SHA256withECDSAinP1363Format");
    ecdsa.initSign(issuer.key());
    ecdsa.update(utf8(input));
    return input + "." + base64url(ecdsa.sign());
  }

  /** Your JSON library does this as well. */
  private static String json(Object value) {
    if (value instanceof Map<?, ?> map)
      return map.entrySet().stream()
          .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    if (value instanceof List<?> list)
      return list.stream().map(Grant::json).collect(Collectors.joining(",", "[", "]"));
    return value instanceof String text ? quoted(text) : value.toString();
  }

  private static String quoted(String text) {
    return text.chars()
        .mapToObj(c -> c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", c) : String.valueOf((char) c))
        .collect(Collectors.joining("", "\"", "\""));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public static void main(String[] args) throws Exception {
    Issuer issuer = readIssuer(args[1], Path.of(args[0]));
    Listener listener = new Listener(args[3], args[4], "nurse");
    Asked asked = new Asked(args[5], args[6], args[7], args.length > 8 ? args[8] : null);
    System.out.println(issue(issuer, args[2], listener, asked));
  }
}
