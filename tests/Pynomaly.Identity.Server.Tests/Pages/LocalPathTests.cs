using Pynomaly.Identity.UI.Pages;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The parameter "return" leads to a page of the account, or to the account (attack group OR).</summary>
public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/account")]
    [InlineData("/account/security")]
    [InlineData("/account/apps/one-two_3")]
    [InlineData("/account/sessions?page=2&sort=seen")]
    [InlineData("/admin/roles/team.lead")]
    [InlineData("/admin/roles/a.b.c/edit")]
    [InlineData("/admin/clients/-/new?purpose=web")]
    public void A_page_of_the_account_is_gone_to(string path) => Assert.Equal(path, LocalPath.Of(path));

    [Theory]
    [InlineData("//e")]
    [InlineData(@"/\e")]
    [InlineData(@"\/e")]
    [InlineData("///e")]
    [InlineData("/%5ce")]
    [InlineData("/%09/e")]
    [InlineData("/\t/e")]
    [InlineData("\t//e")]
    [InlineData("https:e")]
    [InlineData("https://e")]
    [InlineData("~//e")]
    [InlineData("/@e")]
    [InlineData("/.e")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    [InlineData(null)]
    public void OR_01_What_could_be_read_as_another_host_leads_to_the_account(string? path) => Assert.Equal("/account", LocalPath.Of(path));

    [Theory]
    [InlineData("/account//e")]
    [InlineData(@"/account/\e")]
    [InlineData("/account/%5ce")]
    [InlineData("/account/\t/e")]
    [InlineData("/account/%09/e")]
    [InlineData("/account/../signin")]
    [InlineData("/account/./e")]
    [InlineData("/account/..")]
    [InlineData("/account/.e")]
    [InlineData("/account/e.")]
    [InlineData("/account/a..b")]
    [InlineData("/account/..;/e")]
    [InlineData("/account@e")]
    [InlineData("/account.e")]
    [InlineData("/account:80")]
    [InlineData("/account/")]
    [InlineData("/accounts")]
    [InlineData("/ACCOUNT")]
    [InlineData(" /account")]
    [InlineData("/account\u3002e")]
    public void OR_01_Neither_does_an_account_page_hide_one(string path) => Assert.Equal("/account", LocalPath.Of(path));

    [Theory]
    [InlineData("/account\r\nLocation: https://e")]
    [InlineData("/account%0d%0aLocation:e")]
    [InlineData("/account?x=\r\n")]
    [InlineData("/account#//e")]
    [InlineData("/account?return=/account")]
    [InlineData("/account?return=https://e")]
    [InlineData("/account?return=%2F%2Fe")]
    [InlineData("data:text/html,e")]
    [InlineData("/signin?return=/account")]
    [InlineData("/connect/authorize?client_id=e")]
    [InlineData("/logout")]
    public void OR_02_Neither_header_splits_nor_nested_addresses_nor_other_pages_come_through(string path) => Assert.Equal("/account", LocalPath.Of(path));

    [Fact]
    public void OR_02_Eight_kilobytes_lead_to_the_account() => Assert.Equal("/account", LocalPath.Of("/account/" + new string('a', 8192)));

    [Fact]
    public void A_waiting_request_is_carried_on_and_without_one_the_way_back()
    {
        Assert.Equal("/signin/factor?step=s&interaction=i", LocalPath.Carry("/signin/factor", "s", "i", "/account/security"));
        Assert.Equal("/signin/factor?step=s&return=%2Faccount%2Fsecurity", LocalPath.Carry("/signin/factor", "s", null, "/account/security"));
        Assert.Equal("/signin", LocalPath.Carry("/signin", null, "", "//e"));
    }
}
