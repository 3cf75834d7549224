using System.Text;

namespace Pynomaly.Identity.Protocol;

/// <summary>Decoding of application/x-www-form-urlencoded text, strict: broken UTF-8, broken escapes and NUL are refused.</summary>
/// <remarks>RFC 6749 Appendix B. Also used for the two halves of HTTP Basic (§2.3.1).</remarks>
internal static class FormText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes one name or value.</summary>
    /// <exception cref="ProtocolException">invalid_request, when the text is malformed.</exception>
    public static string Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IndexOfAny((byte)'%', (byte)'+') < 0 && encoded.IndexOf((byte)0) < 0) return Text(encoded);

        var decoded = encoded.Length <= 512 ? stackalloc byte[encoded.Length] : new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var b = encoded[i];
            if (b == '%')
            {
                if (i + 2 >= encoded.Length || !char.IsAsciiHexDigit((char)encoded[i + 1]) || !char.IsAsciiHexDigit((char)encoded[i + 2])) throw Malformed();
                b = (byte)((Hex(encoded[i + 1]) << 4) | Hex(encoded[i + 2]));
                i += 2;
            }
            else if (b == '+')
            {
                b = (byte)' ';
            }

            if (b == 0) throw Malformed();
            decoded[length++] = b;
        }

        return Text(decoded[..length]);
    }

    private static int Hex(byte digit) => digit <= (byte)'9' ? digit - (byte)'0' : (digit | 0x20) - (byte)'a' + 10;

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed();
        }
    }

    private static ProtocolException Malformed() => ProtocolException.InvalidRequest("A parameter is not valid form-encoded UTF-8 text");
}
