using System.Text.Json;
using System.Text.RegularExpressions;
using Pynomaly.Identity.Model;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>The reference of client fields lists every field that a client can have, and none that it cannot.</summary>
public sealed partial class ClientReferenceTests
{
    private const string Reference = "docs/integrating/clients.md";

    /// <summary>Fields of a client in a file that are not metadata.</summary>
    private static readonly string[] Besides = ["client_id", "client_secret"];

    [Fact]
    public void Every_field_of_a_client_is_documented() =>
        Repository.AssertNone(Fields().Except(Documented()), $"Add a row to {Reference}:");

    [Fact]
    public void Every_documented_field_of_a_client_exists() =>
        Repository.AssertNone(Documented().Except(Fields()), $"No client has these; take them out of {Reference}:");

    private static IEnumerable<string> Fields() =>
        typeof(ClientMetadata).GetProperties().Where(property => property.CanWrite).Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).Concat(Besides);

    private static IEnumerable<string> Documented() =>
        Row().Matches(Repository.Read(Reference)).SelectMany(row => Name().Matches(row.Groups[1].Value).Select(name => name.Groups[1].Value));

    [GeneratedRegex(@"^\| (`[^|]*`) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();
}
