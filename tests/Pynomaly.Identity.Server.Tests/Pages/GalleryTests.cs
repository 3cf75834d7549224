using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Pictures of every page in every state that matters, for people to look at. Not part of a run: see docs/contributing.</summary>
/// <remarks>PAGE_PICTURES names the folder that they go to; PAGE_LANGUAGE another language than English.</remarks>
public sealed class GalleryTests
{
    private const string NewPassword = "nine silent moths circle";

    private static readonly string[] OwnPages =
    [
        "", "/profile", "/security", "/security/password", "/security/email", "/security/authenticator", "/security/backup-codes", "/passkeys", "/sessions", "/apps", "/keys", "/keys/new", "/activity", "/data", "/data/delete",
        "/appearance", "/secure",
    ];

    private readonly string? _folder = Environment.GetEnvironmentVariable("PAGE_PICTURES");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Every_page_has_its_picture_taken()
    {
        Assert.SkipWhen(_folder is null, "Name the folder in PAGE_PICTURES.");
        await using var mailbox = await Mailbox.StartAsync(("Identity:Accounts:SelfRegistration", "true"), ("Identity:Accounts:FactorRecovery", "Email"));
        var server = mailbox.Server;
        var camera = new Camera(_folder);

        await SetUpAsync(server, camera);
        await PublicAsync(server, camera);
        await SignInAsync(server, camera);
        await FactorAsync(server, camera);
        await EnrolmentAsync(server, camera);
        await RequestAsync(server, camera);
        await AccountAsync(server, camera);
        await LinksAsync(server, camera);
    }

    private static Task<PageVisit> OpenAsync(PageServer server, string path) => server.OpenAsync(path, Camera.Reader);

    private async Task SetUpAsync(PageServer server, Camera camera)
    {
        await using var visit = await OpenAsync(server, (await server.Services.GetRequiredService<SetUp>().LinkAsync(Stop))!);
        await camera.ShootAsync(visit, "setup");
        await visit.ClickAsync("#create-administrator");
        await camera.ShootAsync(visit, "setup-errors");
        await visit.GoAsync("/setup?token=old");
        await camera.ShootAsync(visit, "setup-ended");
    }

    private async Task PublicAsync(PageServer server, Camera camera)
    {
        await using var visit = await OpenAsync(server, "/");
        await camera.ShootAsync(visit, "home");
        foreach (var code in (int[])[400, 403, 404, 429, 500, 503])
        {
            await visit.GoAsync($"/status/{code}");
            await camera.ShootAsync(visit, $"status-{code}");
        }

        foreach (var (name, path) in ((string, string)[])
        [
            ("error", "/connect/authorize?client_id=nobody"), ("error-none", "/error"), ("expired", "/consent?interaction=unknown"), ("signed-out", "/signed-out"), ("goodbye", "/goodbye"), ("secured", "/secured"),
            ("dev-mail-empty", "/dev/mail"), ("reset-ended", "/reset?token=old"), ("verify-email-ended", "/verify-email?token=old"), ("invitation-ended", "/invitation?token=old"), ("not-me-ended", "/not-me?token=old"),
            ("recover-ended", "/recover?token=old"), ("recover-administrator", "/recover"),
        ])
        {
            await visit.GoAsync(path);
            await camera.ShootAsync(visit, name);
        }
    }

    private async Task SignInAsync(PageServer server, Camera camera)
    {
        await using var visit = await OpenAsync(server, "/signin");
        await camera.ShootAsync(visit, "signin");
        await visit.SignInAsync("", "");
        await camera.ShootAsync(visit, "signin-missing");
        await visit.SignInAsync("nobody", "wrong");
        await camera.ShootAsync(visit, "signin-wrong");
        await visit.GoAsync("/signin?passkey=unknown");
        await camera.ShootAsync(visit, "signin-passkey-unknown");
        await visit.GoAsync(server.Authorize(PageServer.Asking, "&login_hint=ada"));
        await camera.ShootAsync(visit, "signin-client");
        await visit.GoAsync("/signin/factor?step=old");
        await camera.ShootAsync(visit, "signin-expired");
        for (var i = 0; i < 12; i++)
        {
            await visit.GoAsync("/signin");
            await visit.SignInAsync("somebody", "wrong");
        }

        await camera.ShootAsync(visit, "signin-throttled");
    }

    private async Task FactorAsync(PageServer server, Camera camera)
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await server.Services.GetRequiredService<BackupCodes>().MakeAsync(new DefaultHttpContext(), person.Id, Stop);
        await using var visit = await OpenAsync(server, server.Authorize(PageServer.Trusted));
        await visit.SignInAsync(person.Name);
        await camera.ShootAsync(visit, "factor-app");
        await visit.Page.ClickAsync("#ways > summary");
        await camera.ShootAsync(visit, "factor-app-ways");
        await visit.ClickAsync("#way-backup");
        await camera.ShootAsync(visit, "factor-backup");
        await visit.Page.ClickAsync("#ways > summary");
        await visit.ClickAsync("#way-none");
        await camera.ShootAsync(visit, "recover-ask");
        await visit.ClickAsync("#ask-recovery");
        await camera.ShootAsync(visit, "recover-sent");
        await visit.GoAsync(await server.Services.GetRequiredService<AccountRegistry>().ResetFactorsAsync(Operator.CommandLine, person.Id, LinkDelivery.Hand, Stop) ?? "/");
        await camera.ShootAsync(visit, "recover-reset");

        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        await visit.VerifyAsync(person.WrongCode());
        await camera.ShootAsync(visit, "factor-wrong");
        for (var i = 0; i < 6; i++) await visit.VerifyAsync(person.WrongCode());
        await camera.ShootAsync(visit, "factor-throttled");

        var full = await server.AddPersonAsync(WithApp.Yes);
        await GalleryPeople.FillAsync(server, full.Id, Stop);
        await visit.GoAsync("/signin");
        await visit.SignInAsync(full.Name);
        await camera.ShootAsync(visit, "factor-passkey");
        await visit.GoAsync($"{new Uri(visit.Page.Url).PathAndQuery}&passkey=failed");
        await visit.Page.ClickAsync("#ways > summary");
        await camera.ShootAsync(visit, "factor-passkey-failed");
    }

    private async Task EnrolmentAsync(PageServer server, Camera camera)
    {
        var person = await server.AddPersonAsync(WithApp.No, PageServer.Careful);
        await using var visit = await OpenAsync(server, "/signin");
        await visit.SignInAsync(person.Name);
        await camera.ShootAsync(visit, "enrol");
        await visit.ClickAsync("#enrol-app");
        await camera.ShootAsync(visit, "enrol-app");
        await visit.Page.ClickAsync("#by-hand > summary");
        await visit.VerifyAsync(person.WrongCode());
        await visit.Page.ClickAsync("#by-hand > summary");
        await camera.ShootAsync(visit, "enrol-app-wrong");
        person.Scan((await visit.Page.InnerTextAsync("#authenticator-key")).Replace(" ", "", StringComparison.Ordinal));
        await visit.VerifyAsync(person.Code());
        await camera.ShootAsync(visit, "enrol-codes");
        await visit.ClickAsync("#codes-stored");
        await camera.ShootAsync(visit, "enrol-name");
    }

    private async Task RequestAsync(PageServer server, Camera camera)
    {
        var person = await server.AddPersonAsync();
        await using var visit = await OpenAsync(server, server.Authorize(PageServer.Asking).Replace("openid%20", "openid%20offline_access%20", StringComparison.Ordinal));
        await visit.SignInAsync(person.Name);
        await camera.ShootAsync(visit, "consent");
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&prompt=select_account"));
        await camera.ShootAsync(visit, "select-account");
        await visit.GoAsync("/logout");
        await camera.ShootAsync(visit, "logout");
        await visit.GoAsync($"/connect/logout?client_id={PageServer.Asking}&post_logout_redirect_uri={Uri.EscapeDataString(server.SignedOutUri)}");
        await camera.ShootAsync(visit, "logout-client");
        await visit.GoAsync("/signin/confirm?return=%2Faccount%2Fsecurity");
        await camera.ShootAsync(visit, "confirm");
        await visit.ClickAsync("#confirm");
        await camera.ShootAsync(visit, "confirm-missing");
    }

    private async Task AccountAsync(PageServer server, Camera camera)
    {
        var person = await server.AddPersonAsync();
        await using var visit = await OpenAsync(server, "/signin");
        await visit.SignInAsync(person.Name);
        foreach (var page in OwnPages)
        {
            await visit.GoAsync($"/account{page}");
            await camera.ShootAsync(visit, $"account{page.Replace('/', '-')}-empty");
        }

        // The same session goes on, so that nobody has to prove the factors that are made up here.
        await GalleryPeople.FillAsync(server, person.Id, Stop);
        foreach (var page in OwnPages)
        {
            await visit.GoAsync($"/account{page}");
            await camera.ShootAsync(visit, $"account{page.Replace('/', '-')}-full");
        }

        await visit.GoAsync("/account/sessions");
        await visit.Page.ClickAsync("[popovertarget='ask-end-others']");
        await camera.ShootAsync(visit, "account-sessions-ask");
        await visit.GoAsync("/account/passkeys");
        await visit.Page.ClickAsync("[popovertarget^='rename-']");
        await camera.ShootAsync(visit, "account-passkeys-rename");
        await visit.GoAsync("/account/profile");
        await visit.Page.FillAsync("#birthdate", "yesterday");
        await visit.ClickAsync("#save-profile");
        await camera.ShootAsync(visit, "account-profile-wrong");
        await visit.GoAsync("/account/security/password");
        await visit.ClickAsync("form.panel button[type=submit], main form button[type=submit]");
        await camera.ShootAsync(visit, "account-security-password-wrong");
        await visit.GoAsync("/account/apps");
        await visit.Page.ClickAsync(".more > summary");
        await camera.ShootAsync(visit, "account-apps-open");
        await visit.GoAsync("/account/data/delete");
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#confirm-delete");
        await camera.ShootAsync(visit, "goodbye-until");
    }

    private async Task LinksAsync(PageServer server, Camera camera)
    {
        var person = await server.AddPersonAsync();
        await using var visit = await OpenAsync(server, "/forgotten");
        await camera.ShootAsync(visit, "forgotten");
        await visit.ClickAsync("#send-link");
        await camera.ShootAsync(visit, "forgotten-missing");
        await visit.Page.FillAsync("#username", person.Name);
        await visit.ClickAsync("#send-link");
        await camera.ShootAsync(visit, "forgotten-sent");

        await visit.GoAsync(await Mailbox.LinkAsync(visit, "/reset"));
        await camera.ShootAsync(visit, "reset");
        await visit.Page.FillAsync("#password", "password1");
        await visit.ClickAsync("#set-password");
        await camera.ShootAsync(visit, "reset-refused");
        await visit.Page.FillAsync("#password", NewPassword);
        await visit.ClickAsync("#set-password");
        await camera.ShootAsync(visit, "reset-done");
        await visit.GoAsync(await Mailbox.LinkAsync(visit, "/not-me"));
        await camera.ShootAsync(visit, "not-me");

        await visit.GoAsync("/signup");
        await camera.ShootAsync(visit, "signup");
        await visit.Page.FillAsync("#email", "no address");
        await visit.ClickAsync("#sign-up");
        await camera.ShootAsync(visit, "signup-refused");
        await visit.Page.FillAsync("#email", "maximiliane.wilhelmina.von.hohenlohe@a-rather-long-department.example.org");
        await visit.Page.FillAsync("#password", NewPassword);
        await visit.ClickAsync("#sign-up");
        await camera.ShootAsync(visit, "signup-sent");
        var verify = await Mailbox.LinkAsync(visit, "/verify-email");
        await using (var other = await OpenAsync(server, verify)) await camera.ShootAsync(other, "verify-email-password");
        await visit.GoAsync(verify);
        await camera.ShootAsync(visit, "verify-email");
        await visit.ClickAsync("#verify-email");
        await camera.ShootAsync(visit, "verify-email-done");

        await visit.GoAsync(await server.Services.GetRequiredService<AccountRegistry>().InviteAsync(Operator.CommandLine, "grace.hopper@a-rather-long-department.university.example.org", [], Stop));
        await camera.ShootAsync(visit, "invitation");
        await visit.Page.FillAsync("#password", "short");
        await visit.ClickAsync("#accept-invitation");
        await camera.ShootAsync(visit, "invitation-refused");
        await visit.GoAsync("/dev/mail");
        await camera.ShootAsync(visit, "dev-mail");
    }
}
