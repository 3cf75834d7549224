using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Storage.Configurations;

/// <summary>Keys, indexes and names of the tables: snake_case, so that no statement needs quotes on either database.</summary>
internal static class Tables
{
    public static void Configure(ModelBuilder builder)
    {
        builder.Entity<User>(e =>
        {
            e.ToTable("users").Property(u => u.Profile).HasColumnName("profile");
            e.HasIndex(u => new { u.Created, u.Id });
            e.HasIndex(u => new { u.LastSignIn, u.Id });

            // Rare among many, and listed by name or by age: each has indexes of only those, which everybody else costs nothing.
            e.HasIndex(u => u.NormalizedUserName, "ix_users_disabled").HasFilter("is_disabled");
            e.HasIndex(u => new { u.Created, u.Id }, "ix_users_disabled_created").HasFilter("is_disabled");
            e.HasIndex(u => new { u.NormalizedUserName, u.LockoutEnd }, "ix_users_locked").HasFilter("lockout_end IS NOT NULL");
            e.HasIndex(u => new { u.Created, u.Id, u.LockoutEnd }, "ix_users_locked_created").HasFilter("lockout_end IS NOT NULL");
            e.HasIndex(u => new { u.NormalizedUserName, u.DeleteAfter }, "ix_users_leaving").HasFilter("delete_after IS NOT NULL");
            e.HasIndex(u => new { u.Created, u.Id }, "ix_users_leaving_created").HasFilter("delete_after IS NOT NULL");
        });
        builder.Entity<Role>().ToTable("roles");
        builder.Entity<IdentityUserRole<string>>().ToTable("user_roles").HasIndex(r => new { r.RoleId, r.UserId });
        builder.Entity<IdentityUserClaim<string>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<string>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<string>>().ToTable("user_tokens");
        builder.Entity<IdentityRoleClaim<string>>().ToTable("role_claims");

        builder.Entity<Application>(e =>
        {
            e.ToTable("applications").HasKey(a => a.ClientId);
            e.Ignore(a => a.IsPublic).Ignore(a => a.DisplayName).Ignore(a => a.Holder);
        });
        builder.Entity<Scope>().ToTable("scopes").HasKey(s => s.Name);
        builder.Entity<Permission>().ToTable("permissions").HasKey(p => p.Name);
        builder.Entity<Consent>(e =>
        {
            e.ToTable("consents").HasKey(c => new { c.UserId, c.ClientId });
            e.HasIndex(c => c.ClientId);
        });
        builder.Entity<Session>(e =>
        {
            e.ToTable("sessions");
            e.HasIndex(s => s.KeyHash).IsUnique();
            e.HasIndex(s => s.UserId);
            e.HasIndex(s => s.Expires);
            e.HasIndex(s => new { s.Created, s.Id });
            e.HasIndex(s => new { s.Address, s.Created, s.Id }).HasFilter("address IS NOT NULL");
        });
        builder.Entity<Model.Authorization>(e =>
        {
            e.ToTable("authorizations");
            e.HasIndex(a => a.UserId);
            e.HasIndex(a => a.SessionId);
            e.HasIndex(a => new { a.ClientId, a.Created, a.Id });
            e.HasIndex(a => a.Expires);
            e.HasIndex(a => new { a.Created, a.Id });
        });
        builder.Entity<Token>(e =>
        {
            e.ToTable("tokens");
            e.HasIndex(t => t.Expires);
            e.HasIndex(t => new { t.UserId, t.Kind });
        });
        builder.Entity<Authenticator>(e =>
        {
            e.ToTable("authenticators");
            e.HasIndex(a => a.UserId);
        });
        builder.Entity<BackupCode>().ToTable("backup_codes").HasKey(c => new { c.UserId, c.Hash });
        builder.Entity<Passkey>(e =>
        {
            e.ToTable("passkeys");
            e.HasIndex(p => p.UserId);
        });
        builder.Entity<Device>(e =>
        {
            e.ToTable("devices");
            e.HasIndex(d => new { d.KeyHash, d.UserId }).IsUnique();
            e.HasIndex(d => d.UserId);
            e.HasIndex(d => d.LastSeen);
        });
        builder.Entity<OutgoingMail>(e =>
        {
            e.ToTable("outgoing_mails");
            e.HasIndex(m => m.NextAttempt);
            e.HasIndex(m => m.Expires);
        });
        builder.Entity<SignInFailure>(e =>
        {
            e.ToTable("sign_in_failures").HasKey(f => f.Sequence);
            e.Property(f => f.Sequence).ValueGeneratedOnAdd();
            e.HasIndex(f => new { f.Source, f.At });
            e.HasIndex(f => f.At);
        });
        builder.Entity<Ban>(e =>
        {
            e.ToTable("bans").HasKey(b => b.Source);
            e.HasIndex(b => b.Until);
        });
        builder.Entity<SigningKey>().ToTable("signing_keys");
        builder.Entity<Revocation>(e =>
        {
            e.ToTable("revocations").HasKey(r => r.Sequence);
            e.Property(r => r.Sequence).ValueGeneratedOnAdd();
            e.HasIndex(r => new { r.Kind, r.Subject }).IsUnique();
            e.HasIndex(r => r.Expires);
        });
        builder.Entity<AuditEvent>(e =>
        {
            e.ToTable("audit_events").HasKey(a => a.Sequence);
            e.Property(a => a.Sequence).ValueGeneratedOnAdd();
            e.HasIndex(a => a.At);
            e.HasIndex(a => new { a.UserId, a.At });
            e.HasIndex(a => new { a.Name, a.Sequence });
            e.HasIndex(a => new { a.Actor, a.Sequence });
            e.HasIndex(a => new { a.ClientId, a.Sequence });
            e.HasIndex(a => a.CorrelationId);

            // Every entry is written in the transaction of its change: only those that have one are in these.
            e.HasIndex(a => new { a.Address, a.Sequence }).HasFilter("address IS NOT NULL");
            e.HasIndex(a => new { a.SessionId, a.Sequence }).HasFilter("session_id IS NOT NULL");
        });
        builder.Entity<AuditSeal>(e =>
        {
            e.ToTable("audit_seals").HasKey(s => s.Number);
            e.Property(s => s.Number).ValueGeneratedNever();
            e.HasIndex(s => s.LastSequence);
        });
        builder.Entity<ApiKey>(e =>
        {
            e.ToTable("api_keys");
            e.HasIndex(k => k.UserId);
            e.HasIndex(k => k.ClientId);
            e.HasIndex(k => new { k.Created, k.Id });
            e.HasIndex(k => new { k.NormalizedName, k.Id });
            e.HasIndex(k => k.Expires);

            // Few are: listed by age, found by name, pruned by when they were.
            e.HasIndex(k => new { k.Created, k.Id }, "ix_api_keys_revoked").HasFilter("revoked IS NOT NULL");
            e.HasIndex(k => new { k.NormalizedName, k.Id }, "ix_api_keys_revoked_name").HasFilter("revoked IS NOT NULL");
            e.HasIndex(k => k.Revoked, "ix_api_keys_revoked_at").HasFilter("revoked IS NOT NULL");
        });
        builder.Entity<Webhook>().ToTable("webhooks");
        builder.Entity<EventReceiver>().ToTable("event_receivers");
        builder.Entity<SecurityEvent>(e =>
        {
            e.ToTable("security_events").HasKey(s => s.Sequence);
            e.Property(s => s.Sequence).ValueGeneratedOnAdd();
            e.HasIndex(s => s.At);
        });
        builder.Entity<StatusList>(e =>
        {
            e.ToTable("status_lists").HasKey(l => l.Number);
            e.Property(l => l.Number).ValueGeneratedOnAdd();
            e.HasIndex(l => l.Expires);
        });
        builder.Entity<StatusEntry>().ToTable("status_entries").HasKey(s => new { s.List, s.Place });
        builder.Entity<RememberedAnswer>(e =>
        {
            e.ToTable("remembered_answers");
            e.HasIndex(a => a.Expires);
        });
        builder.Entity<Statistic>().ToTable("statistics").HasKey(s => new { s.Hour, s.Name });
        builder.Entity<Import>().ToTable("imports");
        builder.Entity<ServerState>().ToTable("server_state").HasKey(s => s.Name);

        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (entity.IsMappedToJson()) continue;
            foreach (var property in entity.GetProperties()) property.SetColumnName(SnakeCase(property.Name));
            foreach (var key in entity.GetKeys()) key.SetName($"pk_{entity.GetTableName()}");
            foreach (var index in entity.GetIndexes()) index.SetDatabaseName(index.Name ?? $"ix_{entity.GetTableName()}_{string.Join('_', index.Properties.Select(p => SnakeCase(p.Name)))}");
        }
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}
