using Microsoft.EntityFrameworkCore;

namespace Pynomaly.Identity.Storage.Sqlite;

/// <summary>The context over SQLite; its migrations stand in this folder.</summary>
public sealed class SqliteIdentityContext(DbContextOptions<SqliteIdentityContext> options, Database database) : IdentityContext(options, database);
