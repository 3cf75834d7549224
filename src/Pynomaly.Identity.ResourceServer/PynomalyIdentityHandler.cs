using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.ResourceServer.Challenges;
using Pynomaly.Identity.ResourceServer.Observability;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>The authentication handler: who calls, by an access token of the identity server; and the refusals.</summary>
internal sealed class PynomalyIdentityHandler(IOptionsMonitor<PynomalyIdentityOptions> options, ILoggerFactory logger, UrlEncoder encoder, TrustedIssuers issuers, Metrics metrics)
    : AuthenticationHandler<PynomalyIdentityOptions>(options, logger, encoder), IAuthenticationRequestHandler
{
    private TrustedIssuer _issuer = null!;
    private Refusal? _refusal;
    private string _shown = Schemes.Bearer;

    /// <summary>Answers where a client looks for this API's metadata (RFC 9728 §3).</summary>
    public async Task<bool> HandleRequestAsync()
    {
        if (!Options.ServeResourceMetadata || Request.Path != _issuer.Metadata.Path) return false;
        await _issuer.Metadata.WriteAsync(Context);
        return true;
    }

    protected override Task InitializeHandlerAsync()
    {
        _issuer = issuers.Get(Scheme.Name);
        return Task.CompletedTask;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var credentials = Credentials.Read(Request, Options);
        if (credentials.Scheme is null) return AuthenticateResult.NoResult();
        _shown = credentials.Scheme;
        var verdict = credentials.Refusal is { } refusal ? refusal : await JudgeAsync(credentials.Scheme, credentials.Value!);
        metrics.Count(Scheme.Name, verdict.Refusal?.Reason);
        if (verdict.Holds) return AuthenticateResult.Success(TicketOf(verdict.Token));
        _refusal = verdict.Refusal;
        return AuthenticateResult.Fail(new AuthenticationFailureException(verdict.Refusal.Description));
    }

    /// <summary>401, 400 or 503 (RFC 6750 §3.1, RFC 9110 §15.6.4).</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync(); // whoever only challenges has not looked yet
        if (_refusal is { } refusal) _issuer.Challenge.Refuse(Response, _shown, refusal);
        else _issuer.Challenge.Bare(Response);
    }

    /// <summary>403, or 401 where another sign-in would do (RFC 6750 §3.1, RFC 9470 §3).</summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var lacking = Context.Features.Get<Shortfall>();
        metrics.Count(Scheme.Name, lacking is { IsOfAuthentication: true } ? "insufficient_user_authentication" : "insufficient_scope");
        _issuer.Challenge.Forbid(Response, _shown, lacking);
        return Task.CompletedTask;
    }

    private async ValueTask<Verdict> JudgeAsync(string scheme, string value)
    {
        var stop = Context.RequestAborted;
        if (await _issuer.WhyNotReadyAsync(stop) is { } unready) return unready;
        if (scheme == Schemes.ApiKey) return await _issuer.ApiKeys.ValidateAsync(value, Context.Connection.RemoteIpAddress, stop);
        var verdict = await _issuer.Validator.ValidateAsync(value, stop);
        if (!verdict.Holds) return verdict;
        return await _issuer.Binding.CheckAsync(Context, scheme, value, verdict.Token) is { } refusal ? refusal : verdict;
    }

    // An identity of the request's own: what an application adds to it must not stay with the token. The end is what a SignalR hub asks for (CloseOnAuthenticationExpiration).
    private AuthenticationTicket TicketOf(AccessToken token) =>
        new(new ClaimsPrincipal(new CallerIdentity(token, Scheme.Name).StayWith(Context)), new AuthenticationProperties { ExpiresUtc = DateTimeOffset.FromUnixTimeSeconds(token.Expires) }, Scheme.Name);
}
