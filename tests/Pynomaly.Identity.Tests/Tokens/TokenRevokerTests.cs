using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Tokens;
using Xunit;
using GrantRow = Pynomaly.Identity.Model.Authorization;

namespace Pynomaly.Identity.Tests.Tokens;

/// <summary>Ending what has many living tokens: every one of them goes on the list.</summary>
public abstract class TokenRevokerTests(TestServer server) : ServerSuite(server)
{
    [Fact]
    public async Task Every_living_token_of_every_grant_is_on_the_list_however_many_there_are()
    {
        using var machine = Server.Machine();
        var tokens = await (await machine.RedeemAsync(await Server.GrantAsync())).TokensAsync();
        var first = GrantTokens.ReadRefreshToken(tokens.RefreshToken!)!.Value.AuthorizationId;
        await ExecuteAsync("UPDATE authorizations SET previous_first = 7, tokens_issued = 3456 WHERE id = $1", first);
        var others = await CopyAsync(first, 450);
        await ExecuteAsync("UPDATE authorizations SET previous_first = 1, tokens_issued = 2 WHERE id <> $1", first);

        await Server.Services.GetRequiredService<TokenRevoker>().EndUserAsync(TestData.Ada, "test", null, CancellationToken.None);

        var expected = Enumerable.Range(7, 3450).Select(number => GrantTokens.Jti(first, number))
            .Concat(others.SelectMany(id => new[] { GrantTokens.Jti(id, 1), GrantTokens.Jti(id, 2) })).Order(StringComparer.Ordinal);
        await using var session = await Server.Services.GetRequiredService<Database>().ReadAsync(CancellationToken.None);
        var listed = await session.ListAsync("SELECT subject FROM revocations WHERE kind = 'jti'", row => row.GetString(0), CancellationToken.None);
        Assert.Equal(expected, listed.Order(StringComparer.Ordinal));
        Assert.Equal(listed.Count, Server.Services.GetRequiredService<RevocationList>().Count);
        Assert.Equal(0L, await Server.ScalarAsync("SELECT COUNT(*) FROM authorizations WHERE ended IS NULL"));
        Assert.False(await machine.IsActiveAsync(tokens.RefreshToken!, TestData.Web));
    }

    private GrantTokens GrantTokens => Server.Services.GetRequiredService<GrantTokens>();

    private async Task<List<string>> CopyAsync(string id, int count)
    {
        await using var context = Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        var values = context.Entry(await context.Set<GrantRow>().SingleAsync(grant => grant.Id == id)).CurrentValues;
        List<string> made = [];
        for (var i = 0; i < count; i++)
        {
            var copy = values.Clone();
            copy[nameof(GrantRow.Id)] = System.Buffers.Text.Base64Url.EncodeToString(Guid.NewGuid().ToByteArray());
            context.Add(copy.ToObject());
            made.Add((string)copy[nameof(GrantRow.Id)]!);
        }

        await context.SaveChangesAsync();
        return made;
    }
}

public sealed class TokenRevokerTestsOnSqlite(SqliteServer server) : TokenRevokerTests(server), IClassFixture<SqliteServer>;

public sealed class TokenRevokerTestsOnPostgreSql(PostgreSqlServer server) : TokenRevokerTests(server), IClassFixture<PostgreSqlServer>;
