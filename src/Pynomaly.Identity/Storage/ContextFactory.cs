using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Storage.PostgreSql;
using Pynomaly.Identity.Storage.Sqlite;

namespace Pynomaly.Identity.Storage;

/// <summary>Makes contexts of the configured database. Nothing of Entity Framework is built before the first one is asked for.</summary>
public sealed class ContextFactory(Database database) : IDbContextFactory<IdentityContext>
{
    private DbContextOptions? _options;

    /// <inheritdoc />
    public IdentityContext CreateDbContext()
    {
        _options ??= database.IsSqlite
            ? new DbContextOptionsBuilder<SqliteIdentityContext>().UseSqlite(database.EntityConnectionString).AddInterceptors(new SqlitePragmas())
                .UseApplicationServiceProvider(Schema()).Options
            : new DbContextOptionsBuilder<PostgreSqlIdentityContext>().UseNpgsql(database.EntityConnectionString)
                .UseApplicationServiceProvider(Schema()).Options;
        return database.IsSqlite
            ? new SqliteIdentityContext((DbContextOptions<SqliteIdentityContext>)_options, database)
            : new PostgreSqlIdentityContext((DbContextOptions<PostgreSqlIdentityContext>)_options, database);
    }

    // ASP.NET Core Identity asks the application's services, not the context, for the schema version. Version 3 would add its passkey table; ours has the columns that one statement can decide by.
    private static ServiceProvider Schema() =>
        new ServiceCollection().Configure<IdentityOptions>(o => o.Stores.SchemaVersion = IdentitySchemaVersions.Version2).BuildServiceProvider();
}
