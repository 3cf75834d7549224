using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Keys;

/// <summary>A signing key that is revoked while another node hears of nothing: once that is acknowledged, no node hands out a token that it signed.</summary>
public sealed class KeyRevocationTests(PostgreSqlServer server) : ServerSuite(server), IClassFixture<PostgreSqlServer>
{
    [Fact]
    public async Task No_node_signs_with_a_revoked_key_once_its_revocation_is_acknowledged()
    {
        var node = await Server.StartNodeAsync();
        var (feed, machine) = (Server.ServicesOf(node).GetRequiredService<ChangeFeed>(), Server.ImpatientMachine(node));
        var kid = Server.Services.GetRequiredService<KeyRing>().Active("ES256").Kid;
        await Until.TrueAsync(async () => await KidAsync(machine) == kid, "the node signs with the key"); // a starved one may know nothing fresh for a moment
        using var isDeaf = new ManualResetEventSlim();
        using var hears = new ManualResetEventSlim();
        void Wait()
        {
            isDeaf.Set();
            hears.Wait(2 * Until.Patience);
        }

        feed.Changed += Wait; // on the thread that looks
        try
        {
            await Server.ExecuteAsync(ChangeFeed.BumpSql);
            Assert.True(isDeaf.Wait(Until.Patience));

            await Server.Services.GetRequiredService<SigningKeyAdministration>().RevokeAsync(Operator.CommandLine, kid, default);

            Assert.NotEqual(kid, await KidAsync(machine));
        }
        finally
        {
            feed.Changed -= Wait;
            hears.Set();
        }

        await Until.TrueAsync(async () => await KidAsync(machine) is { } other && other != kid, "the node hears again, and signs with the new key");
    }

    // Null: the node refuses to issue anything.
    private static async Task<string?> KidAsync(HttpClient machine)
    {
        var answer = await machine.TokenAsync(TestData.Service, ("grant_type", "client_credentials"));
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
        var token = (await answer.TokensAsync()).AccessToken;
        return System.Text.Json.JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0])).GetProperty("kid").GetString();
    }
}
