using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A client wants more, or newer, than the person who is signed in has given: the browser goes the right way, and the ID token tells the truth. OpenID Connect Core §2, §3.1.2.1; security cases MF.</summary>
public sealed class StepUpTests(PageServer server)
{
    [Fact]
    public async Task From_a_password_to_two_factors_to_a_passkey_each_is_asked_for_when_it_is_wanted_and_told_as_it_was()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync($"/signin?return=%2Faccount%2Fpasskeys");
        var key = await VirtualAuthenticator.PlugInAsync(visit.Page);
        await visit.SignInAsync(person.Name);
        await visit.Page.CheckAsync("#trust");
        await visit.VerifyAsync(person.Code());
        await visit.ClickAsync("#add-passkey");
        await visit.SignOutAsync();
        await key.TouchAsync(VirtualAuthenticator.Touch.Never);

        await visit.GoAsync(server.Authorize(PageServer.Trusted));
        await visit.SignInAsync(person.Name);
        var password = await SignedIn.ReadAsync(server, visit);
        Assert.Equal(("pwd", "pwd"), (password.Level, password.Methods)); // a browser that is trusted is no factor

        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&acr_values=mfa&prompt=none"));
        Assert.Equal("pwd", (await SignedIn.ReadAsync(server, visit)).Level); // a wish that must not show a page
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&acr_values=mfa"));
        Assert.Equal("second-factor", await visit.NameAsync());
        await visit.Page.ClickAsync("#ways > summary");
        await visit.ClickAsync("#way-app");
        await visit.VerifyAsync(person.Code());
        var two = await SignedIn.ReadAsync(server, visit);
        Assert.Equal(("mfa", "pwd otp mfa"), (two.Level, two.Methods));
        Assert.Equal(password.At, two.At); // only a part was proven anew

        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&acr_values=phr"));
        Assert.True(await visit.Page.IsVisibleAsync("#passkey-sign-in"));
        await key.TouchAsync(VirtualAuthenticator.Touch.AtOnce);
        await visit.Page.ClickAsync("#passkey-sign-in");
        var strong = await SignedIn.ReadAsync(server, visit);
        Assert.Equal(("phr", "pwd otp hwk mfa"), (strong.Level, strong.Methods));
        Assert.Equal(password.At, strong.At);

        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&acr_values=mfa"));
        Assert.Equal(strong, await SignedIn.ReadAsync(server, visit)); // more than was wanted: nothing is asked
    }

    [Fact]
    public async Task What_a_person_cannot_give_is_told_truly_where_it_is_a_wish_and_refused_where_it_is_a_must()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync(server.Authorize(PageServer.Trusted, "&acr_values=phr%20mfa"));
        await visit.SignInAsync(person.Name);
        var wish = await SignedIn.ReadAsync(server, visit);
        Assert.Equal(("pwd", "pwd"), (wish.Level, wish.Methods));

        await visit.GoAsync(server.Authorize(PageServer.Trusted, $"&claims={Uri.EscapeDataString("""{"id_token":{"acr":{"essential":true,"values":["phr"]}}}""")}"));
        var answer = await visit.ReturnAsync();
        Assert.Equal("unmet_authentication_requirements", answer["error"]);
        Assert.False(answer.ContainsKey("code"));
    }

    [Fact]
    public async Task An_old_sign_in_is_asked_for_again_when_the_client_says_so_and_its_time_is_told()
    {
        var person = await server.AddPersonAsync();
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        await server.AgeSessionsAsync(person, TimeSpan.FromHours(1));

        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&max_age=7200"));
        var old = await SignedIn.ReadAsync(server, visit);
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&max_age=1800&prompt=none"));
        Assert.Equal("login_required", (await visit.ReturnAsync())["error"]);

        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&max_age=1800"));
        Assert.Equal("sign-in", await visit.NameAsync());
        await visit.SignInAsync(person.Name);
        var renewed = await SignedIn.ReadAsync(server, visit);
        Assert.InRange(renewed.At - old.At, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(89));
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&max_age=1800"));
        Assert.Equal(renewed, await SignedIn.ReadAsync(server, visit)); // young enough now

        await server.AgeSessionsAsync(person, TimeSpan.FromHours(1));
        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&prompt=login"));
        Assert.Equal("sign-in", await visit.NameAsync());
        await visit.SignInAsync(person.Name);
        var again = await SignedIn.ReadAsync(server, visit);
        Assert.InRange(again.At - renewed.At, TimeSpan.Zero, TimeSpan.FromMinutes(29));
    }

    [Fact]
    public async Task A_step_up_is_no_new_sign_in()
    {
        var person = await server.AddPersonAsync(WithApp.Yes);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        await visit.Page.CheckAsync("#trust");
        await visit.VerifyAsync(person.Code());
        await visit.SignOutAsync();
        await visit.GoAsync("/signin");
        await visit.SignInAsync(person.Name);
        await server.AgeSessionsAsync(person, TimeSpan.FromHours(1));

        await visit.GoAsync(server.Authorize(PageServer.Trusted, "&acr_values=mfa&max_age=1800"));
        Assert.Equal("sign-in", await visit.NameAsync()); // not the factor alone: that would leave auth_time old
        await visit.SignInAsync(person.Name);
        Assert.Equal("second-factor", await visit.NameAsync());
        await visit.VerifyAsync(person.Code());

        var done = await SignedIn.ReadAsync(server, visit);
        Assert.Equal(("mfa", "pwd otp mfa"), (done.Level, done.Methods));
        Assert.InRange(TimeProvider.System.GetUtcNow() - done.At, TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(29));
    }
}
