using System.Text.Json;
using Microsoft.Playwright;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>An authenticator that Chromium plays: it makes passkeys and answers with them, as if somebody touched it at once.</summary>
internal sealed class VirtualAuthenticator
{
    private readonly ICDPSession _session;
    private readonly string _id;

    private VirtualAuthenticator(ICDPSession session, string id) => (_session, _id) = (session, id);

    /// <summary>Plugs one in.</summary>
    public static async Task<VirtualAuthenticator> PlugInAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable", new() { ["enableUI"] = false });
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return new VirtualAuthenticator(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>Takes it away.</summary>
    public Task UnplugAsync() => SendAsync("WebAuthn.removeVirtualAuthenticator");

    /// <summary>Whether somebody touches it from now on.</summary>
    public Task TouchAsync(Touch touch) => SendAsync("WebAuthn.setAutomaticPresenceSimulation", ("enabled", touch == Touch.AtOnce));

    /// <summary>Whether the finger is known from now on.</summary>
    public Task KnowAsync(Finger finger) => SendAsync("WebAuthn.setUserVerified", ("isUserVerified", finger == Finger.Owner));

    /// <summary>How many passkeys it holds.</summary>
    public async Task<int> CountAsync() => (await SendAsync("WebAuthn.getCredentials"))!.Value.GetProperty("credentials").GetArrayLength();

    private Task<JsonElement?> SendAsync(string command, params (string Name, object Value)[] values)
    {
        var arguments = values.ToDictionary(one => one.Name, one => one.Value);
        arguments["authenticatorId"] = _id;
        return _session.SendAsync(command, arguments);
    }

    /// <summary>When it is touched.</summary>
    internal enum Touch
    {
        AtOnce,
        Never,
    }

    /// <summary>Whose finger it is.</summary>
    internal enum Finger
    {
        Owner,
        Stranger,
    }
}
