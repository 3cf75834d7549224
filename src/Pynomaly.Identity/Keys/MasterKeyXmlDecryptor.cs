using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Pynomaly.Identity.Keys;

/// <summary>Decrypts what <see cref="MasterKeyXmlEncryptor"/> encrypted. The ring's files name this type.</summary>
internal sealed class MasterKeyXmlDecryptor : IXmlDecryptor
{
    private readonly MasterKey _master;

    /// <summary>Made by Data Protection, which passes the services.</summary>
    public MasterKeyXmlDecryptor(IServiceProvider services) => _master = services.GetRequiredService<MasterKey>();

    /// <inheritdoc />
    public XElement Decrypt(XElement encryptedElement)
    {
        var plain = _master.TryUnwrap(Convert.FromBase64String(encryptedElement.Value), MasterKeyXmlEncryptor.Context)
            ?? throw new CryptographicException("The Data Protection key was encrypted under another master key, or was changed");
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}
