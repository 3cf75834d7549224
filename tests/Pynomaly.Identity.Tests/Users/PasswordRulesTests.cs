using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

public sealed class PasswordRulesTests
{
    private readonly PasswordRules rules = new(new PasswordSettings());

    [Theory]
    [InlineData("quiet green morning")]
    [InlineData("kX9#mq2v")]
    [InlineData("Ἀρχιμήδης εὗρεν")]
    [InlineData("🦉🦊🐝🌵🎺🧭🪁🥁")]
    [InlineData(" kX9mq2v")]
    public void Any_characters_make_a_password(string password) => Assert.Empty(rules.Check(password));

    [Theory]
    [InlineData("kX9mq2v", "too_short")]
    [InlineData("", "too_short")]
    [InlineData("🦉🦊🐝🌵", "too_short")]
    [InlineData("\ufdfa", "too_short")]
    [InlineData("a\u0308o\u0308u\u0308e\u0308", "too_short")]
    [InlineData("password", "common")]
    [InlineData("PASSWORD1", "common")]
    [InlineData("P@ssw0rd", "common")]
    [InlineData("$up3rst@r", "common")]
    [InlineData("Sunshine2026!", "common")]
    [InlineData("!!dragon2026", "common")]
    [InlineData("1qaz2wsx3edc4rfv", "common")]
    [InlineData("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44", "common")]
    [InlineData("vvvvvvvvvvvvvvvv", "pattern")]
    [InlineData("xyqxyqxyqxyqxyq", "pattern")]
    [InlineData("passwordpassword", "pattern")]
    [InlineData("01234567890123456789", "pattern")]
    [InlineData("zyxwvutsrqponm", "pattern")]
    [InlineData("hgfedcbazy", "pattern")]
    [InlineData("yuiopasdfghj", "pattern")]
    [InlineData("PynomalyPynomaly", "product_name")]
    [InlineData("Pynomaly-2026", "product_name")]
    [InlineData("pyn0ma1y!Password", "product_name")]
    public void What_is_guessed_first_is_refused_with_its_reason(string password, string code) =>
        Assert.Contains(code, rules.Check(password).Select(problem => problem.Code));

    [Fact]
    public void Half_a_character_and_NUL_are_refused()
    {
        // Not as [InlineData]: attributes are stored as UTF-8, which cannot hold half a character.
        Assert.Equal([PasswordProblem.Malformed], rules.Check("kX9#mq2v \ud800"));
        Assert.Equal([PasswordProblem.Malformed], rules.Check("kX9#mq2v \0"));
    }

    [Fact]
    public void PW_07_At_most_256_characters_are_taken()
    {
        var longest = string.Concat(Enumerable.Range(0, 256).Select(i => char.ConvertFromUtf32(0x1F300 + i)));

        Assert.Empty(rules.Check(longest));
        Assert.Equal([PasswordProblem.TooLong], rules.Check(longest + "x"));
        Assert.Equal([PasswordProblem.TooLong], rules.Check(new string('x', 4097)));
    }

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("Ada.Example!9")]
    [InlineData("lovelace1815")]
    [InlineData("10v31ace_1815")]
    [InlineData("adaadaada")]
    [InlineData("Lovelace-sunshine")]
    public void Own_names_count_for_nothing(string password) =>
        Assert.Contains(PasswordProblem.OwnName, rules.Check(password, "ada", "ada@example.org", "Ada Lovelace", null));

    [Theory]
    [InlineData("adagio for nine owls", "ada")]
    [InlineData("savannah trips in june", "anna")]
    [InlineData("quiet green morning", "al")]
    [InlineData("quiet green morning", "")]
    public void A_long_password_may_hold_a_name(string password, string name) => Assert.Empty(rules.Check(password, name));

    [Fact]
    public void PW_07_The_minimum_is_a_setting()
    {
        var strict = new PasswordRules(new PasswordSettings { MinimumLength = 15 });

        var problem = Assert.Single(strict.Check("kX9#mq2v-kQ4zt"));

        Assert.Equal("too_short", problem.Code);
        Assert.Equal("The password needs at least 15 characters.", problem.Message);
        Assert.Empty(strict.Check("kX9#mq2v-kQ4ztw"));
    }

    [Fact]
    public void Composition_is_asked_for_only_if_set()
    {
        var strict = new PasswordRules(new PasswordSettings { RequireComposition = true });

        Assert.Equal([PasswordProblem.NoUpper, PasswordProblem.NoDigit, PasswordProblem.NoSpecial], strict.Check("quiet green morning"));
        Assert.Equal([PasswordProblem.NoLower], strict.Check("QUIET GREEN 9 MORNING!"));
        Assert.Empty(strict.Check("Quiet green 9 morning!"));
    }

    [Fact]
    public void The_bundled_list_holds_the_top_of_what_leaked()
    {
        Assert.All(
            ["password", "12345678", "qwertyuiop", "iloveyou", "trustno1", "1q2w3e4r", "superman", "football", "baseball", "princess1"],
            password => Assert.True(CommonPasswords.Contains(password), password));
        Assert.False(CommonPasswords.Contains("correct horse battery staple"));
    }
}
