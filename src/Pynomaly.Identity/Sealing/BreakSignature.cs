using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Sealing;

/// <summary>What came of a verification, breaks that were found, and those that were accepted, as JWS of the key that signs the seals: whoever only writes to the database proves and accepts nothing.</summary>
[Specification("RFC 7515", "JSON Web Signature")]
internal static class BreakSignature
{
    private const string FoundType = "audit-break+jws";
    private const string AcceptedType = "audit-acceptance+jws";
    private const string ResultType = "audit-verification+jws";

    /// <summary>Signs what was found.</summary>
    public static string Sign(AuditBreak found, SealKey.Opened key) => Sign(ToJson(found), FoundType, key);

    /// <summary>Signs what was accepted.</summary>
    public static string Sign(AcceptedBreak accepted, SealKey.Opened key)
    {
        var json = ToJson(accepted.What);
        (json["by"], json["at"], json["reason"]) = (accepted.By, Milliseconds(accepted.At), accepted.Reason);
        return Sign(json, AcceptedType, key);
    }

    /// <summary>Signs what came of a verification.</summary>
    public static string SignResult(JsonObject ended, SealKey.Opened key) => Sign(ended, ResultType, key);

    /// <summary>Reads what came of a verification; null: the key did not sign it.</summary>
    public static JsonObject? ReadResult(string text, SealKey.Opened key) => Read(text, ResultType, key);

    /// <summary>Reads what was found; null: the key did not sign it.</summary>
    public static AuditBreak? ReadFound(string text, SealKey.Opened key) => Read(text, FoundType, key) is { } json ? ReadBreak(json) : null;

    /// <summary>Reads what was accepted; null: the key did not sign it.</summary>
    public static AcceptedBreak? ReadAccepted(string text, SealKey.Opened key) =>
        Read(text, AcceptedType, key) is { } json ? new AcceptedBreak(ReadBreak(json), (string)json["by"]!, Time(json["at"]!), (string)json["reason"]!) : null;

    private static JsonObject ToJson(AuditBreak found) => new()
    {
        ["through"] = found.Through, ["last_sequence"] = found.LastSequence, ["standing"] = found.Standing, ["problems"] = found.Problems, ["cut"] = found.IsCut, ["verified"] = Milliseconds(found.VerifiedAt),
        ["findings"] = new JsonArray([.. found.Findings.Select(text => (JsonNode)text)]), ["personal"] = found.Personal.ToString(),
        ["end_seal"] = found.EndSeal, ["end_hash"] = found.EndHash,
    };

    private static AuditBreak ReadBreak(JsonObject json) => new()
    {
        Through = (long)json["through"]!, LastSequence = (long)json["last_sequence"]!, Standing = (string)json["standing"]!, Problems = (long)json["problems"]!, IsCut = (bool)json["cut"]!,
        VerifiedAt = Time(json["verified"]!), Findings = [.. json["findings"]!.AsArray().Select(one => (string)one!)], Personal = EntryStates.Read((string?)json["personal"]),
        EndSeal = (long?)json["end_seal"] ?? 0, EndHash = (string?)json["end_hash"],
    };

    private static string Sign(JsonObject payload, string type, SealKey.Opened key)
    {
        var content = $"{Head(type, key.Kid)}.{Encode(payload.ToJsonString())}";
        byte[] signature;
        lock (key.Key) signature = key.Key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    private static JsonObject? Read(string text, string type, SealKey.Opened key)
    {
        if (text.Split('.') is not [var head, var payload, var signature] || head != Head(type, key.Kid) || !Base64Url.IsValid(payload) || !Base64Url.IsValid(signature)) return null;
        bool holds;
        lock (key.Key) holds = key.Key.VerifyData(Encoding.ASCII.GetBytes($"{head}.{payload}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256);
        return holds ? JsonNode.Parse(Base64Url.DecodeFromChars(payload)) as JsonObject : null;
    }

    private static string Head(string type, string kid) => Encode($"{{\"alg\":\"ES256\",\"typ\":\"{type}\",\"kid\":\"{kid}\"}}");

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static long Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static DateTimeOffset Time(JsonNode node) => DateTimeOffset.FromUnixTimeMilliseconds((long)node);
}
