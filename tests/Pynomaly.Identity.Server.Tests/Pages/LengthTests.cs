using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Pages.Admin;
using Pynomaly.Identity.UI.Resources;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Settings in words: lengths of time, and what 0 means for each that may be 0.</summary>
public sealed class LengthTests
{
    private static readonly StringLocalizer<ConsoleTexts> Console = new(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));

    [Theory]
    [InlineData("Identity:Audit:SealInterval", "00:00:00", "Off")]
    [InlineData("identity:audit:sealinterval", "0:00:00", "Off")]
    [InlineData("Identity:Lifetimes:SigningKeyLead", "0.00:00:00", "At once")]
    [InlineData("Identity:Limits:TokenPerAddress", "0", "Off")]
    [InlineData("Identity:Passwords:Workers", "0", "One fewer than the cores")]
    [InlineData("Identity:Lifetimes:Audit", "365.00:00:00", "365 days")]
    [InlineData("Identity:Audit:SealInterval", "00:01:02", "1 minute 2 seconds")]
    [InlineData("Identity:Limits:TokenPerAddress", "600", null)]
    [InlineData("Identity:Passwords:Workers", "", null)]
    [InlineData("Identity:Passwords:Workers", null, null)]
    [InlineData("Identity:Metrics:Address", "0.0.0.0", null)]
    public void A_value_is_said_in_words_where_these_say_more(string key, string? value, string? words)
    {
        var (culture, pages) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (CultureInfo.InvariantCulture, CultureInfo.InvariantCulture);
        try
        {
            Assert.Equal(words, Length.Of(key, value, Console));
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, pages);
        }
    }

    [Fact]
    public void Each_setting_that_may_be_zero_has_a_word_for_it_and_no_other()
    {
        List<string> wrong = [];
        foreach (var (key, fallback) in Read([]).Defaults)
        {
            var zero = int.TryParse(fallback, CultureInfo.InvariantCulture, out _) ? "0" : fallback?.Contains(':', StringComparison.Ordinal) == true && TimeSpan.TryParse(fallback, CultureInfo.InvariantCulture, out _) ? "00:00:00" : null;
            if (zero is not null && MayBe(key, zero) == Length.ZeroOf($"Identity:{key}") is null) wrong.Add(key);
        }

        Assert.Empty(wrong);
    }

    private static bool MayBe(string key, string value)
    {
        try
        {
            return Read([new($"Identity:{key}", value)]) is not null;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private static ServerOptions Read(IEnumerable<KeyValuePair<string, string?>> further) =>
        ServerOptions.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Identity:Issuer", "https://id.example.org"), .. further]).Build(), Path.GetTempPath());
}
