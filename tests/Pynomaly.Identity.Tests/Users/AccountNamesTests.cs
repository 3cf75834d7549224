using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

public sealed class AccountNamesTests
{
    [Theory]
    [InlineData("admin")]
    [InlineData("Admin")]
    [InlineData(" ADMIN\t")]
    [InlineData("\uff41\uff44\uff4d\uff49\uff4e")]
    public void Every_spelling_of_a_name_is_one_name(string name) => Assert.Equal("ADMIN", AccountNames.Normalize(name));

    [Theory]
    [InlineData("stra\u00dfe", "STRA\u1e9eE")]
    [InlineData("\u03c3\u03bf\u03c6\u03cc\u03c2", "\u03a3\u039f\u03a6\u038c\u03a3")]
    [InlineData("ren\u00e9e", "rene\u0301e")]
    [InlineData("ada@example.org", "Ada@Example.ORG")]
    public void Case_and_composition_do_not_make_another_name(string one, string other) =>
        Assert.Equal(AccountNames.Normalize(one), AccountNames.Normalize(other));

    [Theory]
    [InlineData("ADM\u0130N")]
    [InlineData("adm\u0131n")]
    [InlineData("\u0430dmin")]
    [InlineData("admin\u200b")]
    [InlineData("ad\u00admin")]
    public void A_name_that_only_looks_like_another_never_finds_its_account_and_cannot_be_taken(string name)
    {
        Assert.NotEqual("ADMIN", AccountNames.Normalize(name));
        Assert.NotNull(AccountNames.FindProblem(name));
    }

    [Fact]
    public void Whatever_a_stranger_types_has_a_form()
    {
        Assert.Equal("\ud800admin", AccountNames.Normalize("\ud800admin"));
        Assert.Equal(100_000, AccountNames.Normalize(new string('x', 100_000)).Length);
        Assert.NotNull(AccountNames.FindProblem("\ud800admin"));
    }

    [Theory]
    [InlineData("", "has to have 1 to 256 characters")]
    [InlineData(" ada", "has blanks around it")]
    [InlineData("ada\n", "has blanks around it")]
    [InlineData("a\tda", "holds a character that cannot be seen or told from another")]
    [InlineData("a\u202eda", "holds a character that cannot be seen or told from another")]
    [InlineData("a\u2066da", "holds a character that cannot be seen or told from another")]
    [InlineData("ada\u3164", "holds a character that cannot be seen or told from another")]
    [InlineData("ada\ufe0f", "holds a character that cannot be seen or told from another")]
    [InlineData("a\u2028da", "holds a character that cannot be seen or told from another")]
    [InlineData("ada🦉", "holds a character that cannot be seen or told from another")]
    [InlineData("p\u0430ypal", "mixes letters of scripts that look alike")]
    [InlineData("\u03b1da", "mixes letters of scripts that look alike")]
    [InlineData("\u0440\u0430\u0443\u0440\u0430", "looks like a Latin name")]
    [InlineData("\u03bf\u03bd\u03bf", "looks like a Latin name")]
    public void A_deceptive_name_cannot_be_taken(string name, string problem) => Assert.Equal(problem, AccountNames.FindProblem(name));

    [Theory]
    [InlineData("ada")]
    [InlineData("ada.lovelace+test@example.org")]
    [InlineData("O'Brien 2")]
    [InlineData("Renée")]
    [InlineData("Łukasz")]
    [InlineData("Наталья")]
    [InlineData("кот")]
    [InlineData("Σοφία")]
    [InlineData("王小明")]
    [InlineData("さくら2")]
    [InlineData("محمد")]
    [InlineData("नेहा")]
    public void A_name_of_any_script_can_be_taken(string name) => Assert.Null(AccountNames.FindProblem(name));

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("ada.lovelace+test@mail.example.org")]
    [InlineData("o'brien_%-9@example.org")]
    [InlineData("ada@localhost")]
    [InlineData("наталья@example.org")]
    [InlineData("用户@例え.jp")]
    public void An_address_can_be_taken(string address) => Assert.Null(AccountNames.ExamineAddress(address));

    [Theory]
    [InlineData("", "length")]
    [InlineData(" ada@example.org", "blanks")]
    [InlineData("ada", "no_address")]
    [InlineData("@example.org", "no_address")]
    [InlineData("ada@", "no_address")]
    [InlineData("ada@example.org@example.com", "no_address")]
    [InlineData("ada lovelace@example.org", "no_address")]
    [InlineData("ada @example.org", "no_address")]
    [InlineData("Ada <ada@example.org>", "no_address")]
    [InlineData("\"ada\"@example.org", "no_address")]
    [InlineData("ada@example.org,eve@example.com", "no_address")]
    [InlineData("ada@exa\r\nmple.org", "unseen")]
    [InlineData("ada@example\u200b.org", "unseen")]
    [InlineData("p\u0430ypal@example.org", "mixed")]
    [InlineData("ada@p\u0430ypal.com", "mixed")]
    [InlineData("\u0440\u0430\u0443\u0440\u0430@example.org", "looks_latin")]
    public void What_is_no_address_cannot_be_taken(string address, string code) => Assert.Equal(code, AccountNames.ExamineAddress(address)?.Code);

    [Theory]
    [InlineData("abc")]
    [InlineData("data_scientist-2")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123")]
    public void Names_of_letters_digits_hyphen_and_underscore_need_no_thought(string name) => Assert.Null(AccountNames.FindProblem(name));
}
