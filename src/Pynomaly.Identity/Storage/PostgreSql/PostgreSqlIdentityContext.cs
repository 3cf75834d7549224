using Microsoft.EntityFrameworkCore;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Storage.PostgreSql;

/// <summary>The context over PostgreSQL; its migrations stand in this folder.</summary>
public sealed class PostgreSqlIdentityContext(DbContextOptions<PostgreSqlIdentityContext> options, Database database) : IdentityContext(options, database)
{
    private const string ByCodePoint = "C"; // as SQLite compares all text

    /// <inheritdoc />
    /// <remarks>What is searched by its beginning is compared by code points, whatever language the database sorts by: only so is it one stretch of an index, with an end that can be named.</remarks>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<User>().Property(u => u.NormalizedUserName).UseCollation(ByCodePoint);
        builder.Entity<User>().Property(u => u.NormalizedEmail).UseCollation(ByCodePoint);
        builder.Entity<ApiKey>().Property(k => k.NormalizedName).UseCollation(ByCodePoint);
        builder.Entity<ApiKey>().HasIndex(k => k.Id, "ix_api_keys_id").UseCollation(ByCodePoint).HasDatabaseName("ix_api_keys_id");
    }
}
