using System.Text.Encodings.Web;
using System.Text.Json;
using Pynomaly.Identity.Administration;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>The JSON Schema of configuration files that editors use: kept in the repository, made of what the readers know.</summary>
/// <remarks>With the environment variable <c>WRITE_DOCS=1</c> the test writes the schema instead of comparing it.</remarks>
public sealed class ConfigurationSchemaTests
{
    private const string Reference = "docs/operating/configuration.schema.json";
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_schema_in_the_docs_is_the_one_that_is_served()
    {
        var path = Path.Combine(Repository.Root, Reference);
        var expected = ConfigurationSchema.Write().ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1") File.WriteAllText(path, expected);

        Assert.True(File.ReadAllText(path) == expected, $"{Reference} is stale. Run this test once with WRITE_DOCS=1.");
    }

    [Theory]
    [InlineData("applications", typeof(ApplicationEntry))]
    [InlineData("scopes", typeof(ScopeEntry))]
    [InlineData("roles", typeof(RoleEntry))]
    [InlineData("permissions", typeof(PermissionEntry))]
    [InlineData("webhooks", typeof(WebhookEntry))]
    [InlineData("event_receivers", typeof(EventReceiverEntry))]
    [InlineData("users", typeof(UserEntry))]
    public void Every_member_that_a_reader_knows_stands_in_the_schema_and_no_other(string section, Type reader)
    {
        var known = (string[])reader.GetField("Known", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.GetValue(null)!;

        var properties = ConfigurationSchema.Write()["$defs"]![section]!["properties"]!.AsObject();

        Assert.Equal(known.Order(StringComparer.Ordinal), properties.Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.All(properties, property => Assert.False(string.IsNullOrWhiteSpace((string?)property.Value!["description"])));
    }

    [Fact]
    public void A_file_may_name_its_schema()
    {
        var file = new ConfigurationFile();

        file.Add("test.json", """{ "$schema": "configuration.schema.json", "scopes": [ { "name": "a" } ] }"""u8.ToArray());

        Assert.Single(file.Scopes);
        Assert.Contains("$schema", ConfigurationSchema.Write()["properties"]!.AsObject().Select(property => property.Key));
    }
}
