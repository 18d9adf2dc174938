using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

/// <summary>The host and the key that the key service has pinned for it.</summary>
public sealed record Issuer(string Iss, string Kid, ECDsa Key);

/// <summary>Who listens, as your own login says.</summary>
public sealed record Listener(string Sub, string Name, string Role);

/// <summary>What the browser asked for: call, device key and reason.</summary>
public sealed record Asked(string Call, string Thumbprint, string Purpose, string? Note);

/// <summary>
/// Issues grants for the Secure Call Player with nothing but .NET (8 or later).
/// From a shell: dotnet run -- ISSUER.jwk ISS AUD SUB NAME CALL THUMBPRINT PURPOSE [NOTE]
/// </summary>
public static class Grant
{
    /// <summary>Reads the private JWK that "secure-call keygen issuer" wrote.</summary>
    public static Issuer ReadIssuer(string iss, string path)
    {
        var jwk = JsonNode.Parse(File.ReadAllText(path))!;
        string Member(string name) => jwk[name]!.GetValue<string>();
        var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = FromBase64Url(Member("d")),
            Q = new ECPoint { X = FromBase64Url(Member("x")), Y = FromBase64Url(Member("y")) },
        });
        return new Issuer(iss, Member("kid"), key);
    }

    /// <summary>Call this only once your own rules have said that the listener may hear the call.</summary>
    public static string Issue(Issuer issuer, string audience, Listener listener, Asked asked)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = issuer.Iss,
            ["aud"] = audience,
            ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now,
            ["exp"] = now + 60,
            ["sub"] = listener.Sub,
            ["name"] = listener.Name,
            ["role"] = listener.Role,
            ["cnf"] = new JsonObject { ["jkt"] = asked.Thumbprint },
            ["call"] = CallClaims(asked),
        };
        return Sign(issuer, claims);
    }

    private static JsonObject CallClaims(Asked asked)
    {
        // Patient, unit and relation come from your own data, never from the browser.
        var call = new JsonObject
        {
            ["id"] = asked.Call,
            ["patient"] = "pseudonym-17",
            ["unit"] = new JsonObject { ["id"] = "unit-17", ["name"] = "Advice line" },
            ["purpose"] = asked.Purpose,
            ["relation"] = "care-team",
            ["maxSessionSeconds"] = 1800,
            ["maxRate"] = 2,
            ["watermark"] = new JsonObject { ["client"] = "required" },
        };
        if (asked.Note is not null) call["note"] = asked.Note;
        if (asked.Purpose == "ETREAT")
        {
            call["breakGlass"] = new JsonObject
            {
                ["reason"] = asked.Note,
                ["notify"] = new JsonArray("privacy-office"),
            };
        }
        return call;
    }

    private static string Sign(Issuer issuer, JsonObject claims)
    {
        var header = new JsonObject
        {
            ["alg"] = "ES256",
            ["kid"] = issuer.Kid,
            ["typ"] = "secure-call-grant+jwt",
        };
        var input = $"{ToBase64Url(Utf8(header.ToJsonString()))}.{ToBase64Url(Utf8(claims.ToJsonString()))}";
        // JWS wants r and s side by side, 64 bytes, not DER.
        var signature = issuer.Key.SignData(
            Utf8(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{input}.{ToBase64Url(signature)}";
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string ToBase64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] FromBase64Url(string text) =>
        Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));

    public static void Main(string[] args)
    {
        var issuer = ReadIssuer(args[1], args[0]);
        var listener = new Listener(args[3], args[4], "nurse");
        var asked = new Asked(args[5], args[6], args[7], args.Length > 8 ? args[8] : null);
        Console.WriteLine(Issue(issuer, args[2], listener, asked));
    }
}
