using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.Administration;

/// <summary>The version of a thing: a hash of what an operator sees of it. The API's ETag (RFC 9110 §8.8.3), and the hidden field of the console's forms.</summary>
internal static class Versions
{
    /// <summary>The version of these values, in this order.</summary>
    public static string Of(params IEnumerable<object?> values)
    {
        var text = string.Join('\u001f', values.Select(value => value switch
        {
            null => "\u0000",
            string one => one,
            IEnumerable<string> many => string.Join('\u001e', many),
            DateTimeOffset moment => moment.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
        }));
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }

    /// <summary>Goes on only when the thing is still what the operator read. Called within the transaction of the change, with its row locked. Null: the operator sets no condition.</summary>
    /// <exception cref="AdministrationException">Changed.</exception>
    public static void Require(string? expected, string now)
    {
        if (expected is not null && expected != now) throw AdministrationException.Changed();
    }
}
