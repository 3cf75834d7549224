using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>One way in which clients prove who they are (IANA registry "OAuth Token Endpoint Authentication Methods"). A new one is a class and a line under the roof.</summary>
public interface IClientAuthenticationMethod
{
    /// <summary>The registered word, as in token_endpoint_auth_method.</summary>
    string Name { get; }

    /// <summary>What the request shows by this method; null when it does not try it.</summary>
    ClientCredential? Read(HttpContext context, ProtocolRequest request);

    /// <summary>Why the proof does not hold for the client, for the log; null when it holds. The client is null when there is none of that name: the work is the same.</summary>
    ValueTask<string?> RefuseAsync(Application? client, ClientCredential credential, CancellationToken cancellationToken);
}
