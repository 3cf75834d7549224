using System.Text.RegularExpressions;
using Pynomaly.Identity.Clients;
using Xunit;

namespace Pynomaly.Identity.Tests.Clients;

/// <summary>The form of an API key: found by one expression, and not mistaken for anything else.</summary>
public sealed class ApiKeyTextTests
{
    [Fact]
    public void A_scanner_finds_every_key_in_a_text_by_the_documented_expression()
    {
        for (var i = 0; i < 200; i++)
        {
            var key = ApiKeyText.Create(ApiKeyText.CreateId());

            Assert.Equal(key, Regex.Match($"PYN_KEY=\"{key}\" # nightly", $@"\b{ApiKeyText.Pattern}\b").Value);
            Assert.Equal(key[..20], ApiKeyText.IdOf(key));
        }
    }

    [Fact]
    public void A_key_that_was_mistyped_anywhere_is_no_key()
    {
        var key = ApiKeyText.Create(ApiKeyText.CreateId());
        for (var i = 0; i < key.Length; i++)
        {
            var wrong = $"{key[..i]}{(key[i] == 'x' ? 'y' : 'x')}{key[(i + 1)..]}";

            Assert.Null(ApiKeyText.IdOf(wrong));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("pyn_")]
    [InlineData("pyn_0123456789abcdef")]
    [InlineData("dGVzdC1zZWNyZXQtb2YtMjU2LWJpdHMtZm9yLXN1aXRl")]
    [InlineData("pyn_0123456789abcdef_0123456789012345678901234567890123456789012345678")]
    public void Other_secrets_are_no_keys(string? text) => Assert.Null(ApiKeyText.IdOf(text));

    [Fact]
    public void The_checksum_is_CRC_32_in_base_62_for_whoever_checks_what_a_scanner_found()
    {
        // "123456789" is the check value of CRC-32: CBF43926.
        var id = "pyn_0123456789abcdef";
        var body = $"{id}_{new string('A', 43)}";
        var crc = uint.MaxValue;
        foreach (var one in System.Text.Encoding.ASCII.GetBytes(body))
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(crc & 1));
        }

        const string digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var text = "";
        for (uint rest = ~crc, i = 0; i < 6; i++, rest /= 62) text = digits[(int)(rest % 62)] + text;

        Assert.Equal(id, ApiKeyText.IdOf(body + text));
    }
}
