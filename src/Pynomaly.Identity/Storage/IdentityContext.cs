using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Storage;

/// <summary>The database as Entity Framework sees it: ASP.NET Core Identity's tables and this server's own. Hot paths use <see cref="Database"/> instead.</summary>
/// <remarks>Both databases keep times as Unix milliseconds and lists as JSON text, so that one SQL text serves both.</remarks>
public abstract class IdentityContext(DbContextOptions options, Database database) : IdentityDbContext<User, Role, string>(options)
{
#pragma warning disable CS1591 // the sets are named after their entities
    public DbSet<Application> Applications => Set<Application>();
    public DbSet<Scope> Scopes => Set<Scope>();
    public DbSet<Permission> Permissions => Set<Permission>();
    public DbSet<Session> Sessions => Set<Session>();
    public DbSet<Model.Authorization> Authorizations => Set<Model.Authorization>();
    public DbSet<Consent> Consents => Set<Consent>();
    public DbSet<Token> Tokens => Set<Token>();
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();
    public DbSet<Revocation> Revocations => Set<Revocation>();
    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();
    public DbSet<Authenticator> Authenticators => Set<Authenticator>();
    public DbSet<BackupCode> BackupCodes => Set<BackupCode>();
    public DbSet<Passkey> Passkeys => Set<Passkey>();
    public DbSet<Device> Devices => Set<Device>();
    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();
    public DbSet<SignInFailure> SignInFailures => Set<SignInFailure>();
    public DbSet<Ban> Bans => Set<Ban>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<AuditSeal> AuditSeals => Set<AuditSeal>();
    public DbSet<Webhook> Webhooks => Set<Webhook>();
    public DbSet<EventReceiver> EventReceivers => Set<EventReceiver>();
    public DbSet<SecurityEvent> SecurityEvents => Set<SecurityEvent>();
    public DbSet<StatusList> StatusLists => Set<StatusList>();
    public DbSet<StatusEntry> StatusEntries => Set<StatusEntry>();
    public DbSet<RememberedAnswer> RememberedAnswers => Set<RememberedAnswer>();
    public DbSet<Statistic> Statistics => Set<Statistic>();
    public DbSet<Import> Imports => Set<Import>();
    public DbSet<ServerState> ServerStates => Set<ServerState>();
#pragma warning restore CS1591

    /// <summary>Saves, and when applications, scopes, roles, permissions or keys changed, tells every node in the same transaction.</summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        var shared = ChangeTracker.Entries().Any(entry =>
            entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted
            && entry.Entity is Application or Scope or Permission or Role or SigningKey);

        using var turn = await database.TakeWriterTurnAsync(cancellationToken);
        if (!shared) return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        await using var own = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        var written = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        await Database.ExecuteSqlRawAsync(ChangeFeed.BumpSql, cancellationToken);
        if (own is not null) await own.CommitAsync(cancellationToken);
        return written;
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<List<string>>().HaveConversion<JsonText<List<string>>, JsonEquality<List<string>>>();
        configurationBuilder.Properties<List<ClientSecret>>().HaveConversion<JsonText<List<ClientSecret>>, JsonEquality<List<ClientSecret>>>();
        configurationBuilder.Properties<ClientMetadata>().HaveConversion<JsonText<ClientMetadata>, JsonEquality<ClientMetadata>>();
        configurationBuilder.Properties<UserProfile>().HaveConversion<JsonText<UserProfile>, JsonEquality<UserProfile>>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        Tables.Configure(builder);
    }
}
