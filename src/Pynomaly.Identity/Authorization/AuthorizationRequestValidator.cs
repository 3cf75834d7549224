using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Authorization;

/// <summary>Validates authorization requests: the one place that says which are good, wherever they come from.</summary>
/// <remarks>In two steps: first where the answer may go, since a refusal before that is a page and one after it is a redirect. RFC 6749 §4.1.2.1.</remarks>
public sealed class AuthorizationRequestValidator(ClientDirectory clients, Catalogue catalogue, IdToken idTokens, IEnumerable<IResponseMode> responseModes)
{
    private readonly IResponseMode[] _modes = [.. responseModes];

    /// <summary>The client, if it exists, and its redirect URI, if it is its own.</summary>
    /// <exception cref="ProtocolException">The request must not be redirected anywhere.</exception>
    public async ValueTask<AuthorizationTarget> RequireTargetAsync(ProtocolRequest request, CancellationToken cancellationToken)
    {
        // Of two values, one would be checked and the other be used.
        if (request.IsDuplicate(Parameters.ClientId)) throw ProtocolException.InvalidRequest("client_id was sent more than once");
        if (request.IsDuplicate(Parameters.RedirectUri)) throw ProtocolException.InvalidRequest("redirect_uri was sent more than once");

        var client = await clients.FindAsync(request.Require(Parameters.ClientId), cancellationToken);
        if (client is not { IsEnabled: true }) throw ProtocolException.Authorization(Errors.InvalidClient, "client_id names no client of this server");

        if (request[Parameters.RedirectUri] is { } sent)
        {
            if (!RedirectUris.Match(client, sent)) throw ProtocolException.InvalidRequest("redirect_uri is not registered for this client");
        }
        else if (client.Metadata.RedirectUris.Count != 1 || (request[Parameters.Scope] ?? string.Empty).Split(' ').Contains(StandardScopes.OpenId))
        {
            throw ProtocolException.InvalidRequest("redirect_uri is required"); // RFC 6749 §3.1.2.3; OpenID Connect Core §3.1.2.1 wants it always
        }

        return new AuthorizationTarget
        {
            Client = client,
            RedirectUri = request[Parameters.RedirectUri] ?? client.Metadata.RedirectUris[0],
            Mode = FindMode(request) ?? _modes[0], // an unknown mode is refused later, in the default mode
            State = request.IsDuplicate(Parameters.State) ? null : request[Parameters.State],
        };
    }

    /// <summary>The request, every parameter checked.</summary>
    /// <exception cref="ProtocolException">The request is refused; the refusal may travel to the target.</exception>
    public async ValueTask<AuthorizationRequest> ValidateAsync(ProtocolRequest request, AuthorizationTarget target, CancellationToken cancellationToken)
    {
        var client = target.Client;
        request.RefuseDuplicates();
        // OpenID Connect Core §3.1.2.6: refused, never ignored; what they say could differ from the rest.
        if (request[Parameters.Request] is not null) throw ProtocolException.Authorization(Errors.RequestNotSupported, "Request objects are not supported");
        if (request[Parameters.RequestUri] is not null) throw ProtocolException.Authorization(Errors.RequestUriNotSupported, "request_uri is not supported");
        if (request[Parameters.Registration] is not null) throw ProtocolException.Authorization(Errors.RegistrationNotSupported, "registration is not supported");
        if (client.Metadata.RequirePushedAuthorizationRequests) throw ProtocolException.InvalidRequest("This client must push its authorization requests");

        RequireResponse(request, target);
        var snapshot = await catalogue.CurrentAsync();
        var names = RequireScope(request);
        var scopes = ScopeRequest.Require(names, client, snapshot);
        ResourceIndicators.Validate(snapshot, names, request.Resources);
        // OpenID Connect Core §11: offline access that the client could not use is left out rather than asked of the person.
        if (!client.Allows(GrantTypes.RefreshToken)) scopes = [.. scopes.Where(scope => scope.Name != StandardScopes.OfflineAccess)];
        return new AuthorizationRequest
        {
            Parameters = request,
            Target = target,
            Scopes = scopes,
            Resources = [.. request.Resources.Distinct(StringComparer.Ordinal)],
            CodeChallenge = ProofKey.ReadChallenge(request, client),
            Thumbprint = AuthorizationRequest.ParseThumbprint(request[Parameters.DPoPJkt]),
            Claims = request[Parameters.Claims] is { } claims ? ClaimsRequest.Parse(claims) : null,
            Prompt = AuthorizationRequest.ParsePrompt(request[Parameters.Prompt]),
            MaxAge = AuthorizationRequest.ParseMaxAge(request[Parameters.MaxAge], client.Metadata.DefaultMaxAge),
            HintedSubject = request[Parameters.IdTokenHint] is { } hint ? RequireHint(hint, client.ClientId).Subject : null,
        };
    }

    private void RequireResponse(ProtocolRequest request, AuthorizationTarget target)
    {
        if (FindMode(request) is null) throw ProtocolException.InvalidRequest("response_mode is not supported");
        if (request.Require(Parameters.ResponseType) != Parameters.Code) throw ProtocolException.Authorization(Errors.UnsupportedResponseType, "response_type must be code");
        if (!target.Client.Allows(GrantTypes.AuthorizationCode) || !target.Client.Metadata.ResponseTypes.Contains(Parameters.Code))
            throw ProtocolException.UnauthorizedClient("This client may not use the authorization code flow");
    }

    // RFC 6749 §3.3 leaves a default to the server; none is safe to guess.
    private static IReadOnlyList<string> RequireScope(ProtocolRequest request) =>
        ScopeRequest.Parse(request[Parameters.Scope]) is { Count: > 0 } names ? names : throw ProtocolException.InvalidScope("scope is required");

    private IdTokenHint RequireHint(string token, string clientId) =>
        idTokens.ReadHint(token) is { } hint && hint.ClientId == clientId ? hint
        : throw ProtocolException.InvalidRequest("id_token_hint is not an ID token that this server issued to this client");

    /// <summary>The mode asked for, or the default; null when it is unknown.</summary>
    private IResponseMode? FindMode(ProtocolRequest request) =>
        request[Parameters.ResponseMode] is not { } name ? _modes[0] : Array.Find(_modes, mode => mode.Name == name);
}
