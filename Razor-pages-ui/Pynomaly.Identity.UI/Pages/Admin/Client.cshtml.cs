using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What a client is registered with, the form that changes it, and its end. The fields are those of RFC 7591 §2.</summary>
internal sealed class ClientModel(CurrentPerson person, Operators operators, ClientAdministration clients) : ClientPage(person, operators, clients)
{
    private readonly ClientAdministration _clients = clients;

#pragma warning disable CS1591 // each is the member of RFC 7591 §2, or of this server, of its name
    [BindProperty] public string? ClientName { get; set; }
    [BindProperty] public string? RedirectUris { get; set; }
    [BindProperty] public string? PostLogoutRedirectUris { get; set; }
    [BindProperty] public string? Scope { get; set; }
    [BindProperty] public string? Permissions { get; set; }
    [BindProperty] public string? Consent { get; set; }
    [BindProperty] public bool RequireSecondFactor { get; set; }
    [BindProperty] public bool DpopBoundAccessTokens { get; set; }
    [BindProperty] public string? IdTokenSignedResponseAlg { get; set; }
    [BindProperty] public string? AccessTokenLifetime { get; set; }
    [BindProperty] public string? LogoUri { get; set; }
    [BindProperty] public string? AccentColor { get; set; }
    [BindProperty] public string? ClientUri { get; set; }
    [BindProperty] public string? PolicyUri { get; set; }
    [BindProperty] public string? TosUri { get; set; }
#pragma warning restore CS1591

    /// <summary>Whether people sign in to it.</summary>
    public bool HasPeople => Shown.Purpose is ClientPurposes.Web or ClientPurposes.Spa or ClientPurposes.Native;

    /// <summary>Whether tokens are issued to it.</summary>
    public bool HasTokens => Shown.Purpose is not ClientPurposes.Resource;

    /// <summary>What ends with it.</summary>
    public ClientEnds Ends { get; private set; } = new(0, 0, 0, 0);

    /// <inheritdoc/>
    public override async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (MayManage && AskToConfirm() is { } elsewhere) return elsewhere;
        await LoadAsync(cancellationToken);
        var metadata = Shown.Metadata;
        (ClientName, Scope, Consent, RequireSecondFactor, Version) = (metadata.ClientName, metadata.Scope, metadata.Consent, metadata.RequireSecondFactor, Shown.Version);
        (RedirectUris, PostLogoutRedirectUris, Permissions) = (Lines(metadata.RedirectUris), Lines(metadata.PostLogoutRedirectUris), Lines(metadata.Permissions));
        (LogoUri, AccentColor, ClientUri, PolicyUri, TosUri) = (metadata.LogoUri, metadata.AccentColor, metadata.ClientUri, metadata.PolicyUri, metadata.TosUri);
        (DpopBoundAccessTokens, IdTokenSignedResponseAlg) = (metadata.DpopBoundAccessTokens, metadata.IdTokenSignedResponseAlg);
        AccessTokenLifetime = metadata.AccessTokenLifetime?.ToString(CultureInfo.InvariantCulture);
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Operator.Require(ManagementPermissions.ManageClients);
        await LoadAsync(cancellationToken);
        var patch = new JsonObject
        {
            ["client_name"] = TextOf(ClientName),
        };
        if (HasTokens) AddTokens(patch);
        if (HasPeople) AddPeople(patch);
        await _clients.ChangeAsync(Operator, ClientId, patch, Version, cancellationToken);
        return Told("ClientChanged", PathOf(""));
    }

    private void AddTokens(JsonObject patch)
    {
        (patch["scope"], patch["dpop_bound_access_tokens"]) = (TextOf(Scope) ?? "", DpopBoundAccessTokens);
        // An emptied box takes every permission away, which no list at all would not: that cuts nothing. Where there was nothing in it, what stands stays.
        if (List(Permissions) is var permissions && (permissions.Count > 0 || Shown.Metadata.Permissions is { Count: > 0 })) patch["permissions"] = permissions;
        if (TextOf(AccessTokenLifetime) is not { } lifetime) patch["access_token_lifetime"] = null;
        else if (int.TryParse(lifetime, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) patch["access_token_lifetime"] = seconds;
        else throw AdministrationException.Invalid("access_token_lifetime", "no_number", $"Write a number of seconds, or nothing");
    }

    private void AddPeople(JsonObject patch)
    {
        (patch["redirect_uris"], patch["post_logout_redirect_uris"]) = (List(RedirectUris), List(PostLogoutRedirectUris));
        (patch["consent"], patch["require_second_factor"]) = (Consent, RequireSecondFactor);
        (patch["logo_uri"], patch["accent_color"], patch["client_uri"], patch["policy_uri"], patch["tos_uri"]) = (TextOf(LogoUri), TextOf(AccentColor), TextOf(ClientUri), TextOf(PolicyUri), TextOf(TosUri));
        if (TextOf(IdTokenSignedResponseAlg) is { } algorithm) patch["id_token_signed_response_alg"] = algorithm;
    }

    /// <summary>Disables it.</summary>
    public async Task<IActionResult> OnPostDisableAsync(CancellationToken cancellationToken)
    {
        await _clients.DisableAsync(Operator, ClientId, null, cancellationToken);
        return Told("ClientDisabled", PathOf(""));
    }

    /// <summary>Enables it.</summary>
    public async Task<IActionResult> OnPostEnableAsync(CancellationToken cancellationToken)
    {
        await _clients.EnableAsync(Operator, ClientId, null, cancellationToken);
        return Told("ClientEnabled", PathOf(""));
    }

    /// <summary>Deletes it.</summary>
    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        await _clients.DeleteAsync(Operator, ClientId, null, cancellationToken);
        return Told("ClientDeleted", "/admin/clients", ClientId);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        Ends = await _clients.WhatEndsAsync(Operator, ClientId, cancellationToken);
    }

    private static string Lines(IEnumerable<string>? texts) => string.Join('\n', texts ?? []);

    private static JsonArray List(string? text) => new([.. LinesOf(text).Select(one => (JsonNode)one)]);
}
