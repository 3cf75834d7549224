using System.Data.Common;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users.Attestation;

namespace Pynomaly.Identity.Users;

/// <summary>The framework's WebAuthn handler with our rules: the relying party and its origins are those of the configuration, the person must be verified, credentials are discoverable.</summary>
/// <remarks>The handler is put together by hand at the first ceremony. What it lacks is done around it: challenges that are used once (<see cref="Passkeys"/>),
/// strict reading (<see cref="PasskeyAnswer"/>), attestation.</remarks>
[Specification("Web Authentication Level 3", "An API for accessing Public Key Credentials")]
public sealed class PasskeyVerifier(Database database, AttestationVerifier attestation, ServerOptions options)
{
    private static readonly object Statement = new();

    private readonly HashSet<string> _origins = new([new Uri(options.Issuer).GetLeftPart(UriPartial.Authority), .. options.Passkeys.RelatedOrigins], StringComparer.Ordinal);

    private PasskeyHandler<PasskeyHolder>? _handler;

    /// <summary>Whether the person must have been verified. Only the specification's own test vectors do without.</summary>
    internal string UserVerification { get; init; } = "required";

    private PasskeyHandler<PasskeyHolder> Handler => _handler ??= Create();

    /// <summary>Options for navigator.credentials.create, and what the answer is checked against.</summary>
    internal async Task<(string Options, string State)> BeginCreationAsync(Account account, HttpContext context)
    {
        var made = await Handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = account.Id, Name = account.UserName, DisplayName = account.DisplayName }, context);
        var json = JsonNode.Parse(made.CreationOptionsJson)!;
        json["rp"]!["name"] = options.Passkeys.RelyingPartyName; // the handler would show the domain
        return (json.ToJsonString(), made.AttestationState!);
    }

    /// <summary>Options for navigator.credentials.get. With a person: only their passkeys.</summary>
    internal async Task<(string Options, string State)> BeginRequestAsync(string? userId, HttpContext context)
    {
        var made = await Handler.MakeRequestOptionsAsync(userId is null ? null : new PasskeyHolder(userId), context);
        return (made.RequestOptionsJson, made.AssertionState!);
    }

    /// <summary>Verifies a registration (§7.1). The reason is "attestation" or "model" where the statement was at fault, else "invalid". The format is that of a statement that was proven; else "none".</summary>
    internal async Task<(UserPasskeyInfo? Passkey, string Format, string? Reason)> VerifyCreationAsync(string credential, string state, HttpContext context)
    {
        var result = await Handler.PerformAttestationAsync(new PasskeyAttestationContext { CredentialJson = credential, AttestationState = state, HttpContext = context });
        var outcome = context.Items[Statement] as AttestationOutcome;
        if (result.Succeeded) return (result.Passkey, outcome?.Format ?? "none", null);
        ThrowIfOurs(result.Failure);
        return (null, "none", outcome switch { { IsProven: false } => "attestation", { IsAdmittedModel: false } => "model", _ => "invalid" });
    }

    /// <summary>Verifies an assertion (§7.2), but for the signature counter. Null: refused.</summary>
    internal async Task<(string UserId, UserPasskeyInfo Passkey)?> VerifyRequestAsync(string credential, string state, HttpContext context)
    {
        var result = await Handler.PerformAssertionAsync(new PasskeyAssertionContext { CredentialJson = credential, AssertionState = state, HttpContext = context });
        if (result.Succeeded) return (result.User.Id, result.Passkey);
        ThrowIfOurs(result.Failure);
        return null;
    }

    private PasskeyHandler<PasskeyHolder> Create()
    {
#pragma warning disable CA2000 // it lives as long as the process
        var users = new UserManager<PasskeyHolder>(new PasskeyStore(database), Options.Create(new IdentityOptions()), new PasswordHasher<PasskeyHolder>(), [], [],
            new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(), null!, NullLogger<UserManager<PasskeyHolder>>.Instance);
#pragma warning restore CA2000
        return new PasskeyHandler<PasskeyHolder>(users, Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = options.Passkeys.RelyingPartyId, // else it would be the Host header
            UserVerificationRequirement = UserVerification,
            ResidentKeyRequirement = "required", // so that it can be used without a name
            AttestationConveyancePreference = IsAttestationRequired ? "direct" : "none",
            ValidateOrigin = origin => ValueTask.FromResult(!origin.CrossOrigin && origin.TopOrigin is null && _origins.Contains(origin.Origin)),
            VerifyAttestationStatement = statement => ValueTask.FromResult(VerifyStatement(statement)),
        }));
    }

    private bool IsAttestationRequired => options.Passkeys.Attestation == "Required";

    // Without a policy every statement is as good as none: nothing is concluded from it.
    private bool VerifyStatement(PasskeyAttestationStatementVerificationContext statement)
    {
        if (!IsAttestationRequired) return true;
        var outcome = attestation.Verify(statement.AttestationObject, statement.ClientDataHash);
        statement.HttpContext.Items[Statement] = outcome;
        return outcome is { IsProven: true, IsAdmittedModel: true };
    }

    // The handler makes a refusal of every exception: a database that is away is not the person's fault.
    private static void ThrowIfOurs(Exception? failure)
    {
        for (var inner = failure?.InnerException; inner is not null; inner = inner.InnerException)
            if (inner is DbException or TimeoutException) ExceptionDispatchInfo.Throw(inner);
    }
}
