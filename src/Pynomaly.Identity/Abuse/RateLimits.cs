using System.Net;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Abuse;

/// <summary>What one address may do how often (<see cref="LimitSettings"/>). The limits of accounts are another matter: those are lockouts.</summary>
/// <remarks>RFC 6585 §4 for the answer. RFC 9700 §4.16 and ASVS 6.3.1 for the reason.</remarks>
[Specification("RFC 6585", "Additional HTTP Status Codes")]
public sealed class RateLimits
{
    private readonly AddressLimit _token;
    private readonly AddressLimit _signIn;
    private readonly AddressLimit _knownBrowser;
    private readonly AddressLimit _selfService;
    private readonly AddressLimit _introspection;
    private readonly AddressLimit _authorize;
    private readonly AddressLimit _failures;
    private readonly AddressLimit _api;
    private readonly AddressLimit _lists;
    private readonly bool _isListClosed;

    /// <summary>Makes the counters.</summary>
    public RateLimits(ServerOptions options, TimeProvider time)
    {
        var limits = options.Limits;
        _token = new(limits.TokenPerAddress, time);
        _signIn = new(limits.SignInPerAddress, time);
        _knownBrowser = new(limits.SignInPerAddress, time);
        _selfService = new(limits.SelfServicePerAddress, time);
        _introspection = new(limits.IntrospectionPerAddress, time);
        _authorize = new(limits.AuthorizePerAddress, time);
        _failures = new(limits.FailuresPerAddress, time);
        _api = new(limits.ApiPerAddress, time);
        _lists = new(limits.ListsPerAddress, time);
        _isListClosed = options.RevocationListAccess == "Clients";
    }

    /// <summary>Counts a request to the token endpoint. 0: go on; else seconds to wait.</summary>
    public int Token(IPAddress? address) => Worse(_token.Take(address), _failures.Look(address));

    /// <summary>Counts a request to introspection or revocation.</summary>
    public int Introspection(IPAddress? address) => Worse(_introspection.Take(address), _failures.Look(address));

    /// <summary>Counts a request for the revocation list; where it is closed to strangers, it is a place to guess secrets at too.</summary>
    public int RevocationList(IPAddress? address) => _isListClosed ? Worse(_lists.Take(address), _failures.Look(address)) : _lists.Take(address);

    /// <summary>Counts a request for a Token Status List, against the same number.</summary>
    public int StatusList(IPAddress? address) => _lists.Take(address);

    /// <summary>Counts what a request was told beyond its own share: so many times a request's weight.</summary>
    public int RevocationList(IPAddress? address, int weight) => _lists.Take(address, weight);

    /// <summary>Counts a request to the authorization or logout endpoint.</summary>
    public int Authorize(IPAddress? address) => _authorize.Take(address);

    /// <summary>Counts a request to the account or the administration API, or a report of leaked keys.</summary>
    public int Api(IPAddress? address) => _api.Take(address);

    /// <summary>Counts a try to sign in; the sign-in itself asks, so that every page and program that signs people in is covered.</summary>
    public int SignIn(IPAddress? address) => _signIn.Take(address);

    /// <summary>Counts a try to sign in of a browser that somebody has signed in with before, by what is kept of its reference: it need not share its address's limit.</summary>
    public int KnownBrowser(string keyHash) => _knownBrowser.Take(new IPAddress(SHA256.HashData(Encoding.UTF8.GetBytes(keyHash)).AsSpan(0, 16)));

    /// <summary>Counts a post that asks for a mail or uses a link from one.</summary>
    public int SelfService(IPAddress? address) => _selfService.Take(address);

    /// <summary>Counts a refusal that looks like guessing: a wrong client secret, code or refresh token.</summary>
    public void Failed(IPAddress? address) => _failures.Take(address);

    private static int Worse(int a, int b) => Math.Max(a, b);
}
