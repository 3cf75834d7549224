using Microsoft.EntityFrameworkCore.Design;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.PostgreSql;
using Pynomaly.Identity.Storage.Sqlite;

Console.WriteLine("""
    Adds a migration for both databases (from the repository's root):
      dotnet ef migrations add NAME --project src/Pynomaly.Identity --startup-project tools/Migrations --context SqliteIdentityContext --output-dir Storage/Sqlite/Migrations
      dotnet ef migrations add NAME --project src/Pynomaly.Identity --startup-project tools/Migrations --context PostgreSqlIdentityContext --output-dir Storage/PostgreSql/Migrations
    Then name both in src/Pynomaly.Identity/Storage/SchemaVersion.cs.
    """);

/// <summary>Contexts without a server, for the design-time tool.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteIdentityContext>
{
    public SqliteIdentityContext CreateDbContext(string[] args) => (SqliteIdentityContext)Design.Context("Sqlite", "Data Source=design.db");
}

/// <summary>The same for PostgreSQL.</summary>
internal sealed class PostgreSqlDesign : IDesignTimeDbContextFactory<PostgreSqlIdentityContext>
{
    public PostgreSqlIdentityContext CreateDbContext(string[] args) => (PostgreSqlIdentityContext)Design.Context("PostgreSql", "Host=localhost;Database=design");
}

internal static class Design
{
    public static IdentityContext Context(string provider, string connectionString) => new ContextFactory(new Database(new ServerOptions
    {
        Issuer = "http://localhost:5080", DatabaseProvider = provider, ConnectionString = connectionString, KeysDirectory = "keys",
    })).CreateDbContext();
}
