using Microsoft.EntityFrameworkCore;

namespace Pynomaly.Identity.Storage.PostgreSql;

/// <summary>The context over PostgreSQL; its migrations stand in this folder.</summary>
public sealed class PostgreSqlIdentityContext(DbContextOptions<PostgreSqlIdentityContext> options, Database database) : IdentityContext(options, database);
