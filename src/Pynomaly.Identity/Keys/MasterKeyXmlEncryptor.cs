using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Pynomaly.Identity.Keys;

/// <summary>Encrypts the secrets of the Data Protection key ring under the master key.</summary>
internal sealed class MasterKeyXmlEncryptor(MasterKey master) : IXmlEncryptor
{
    /// <summary>What the elements are wrapped for.</summary>
    public const string Context = "data protection key";

    /// <inheritdoc />
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var value = Convert.ToBase64String(master.Wrap(plain, Context));
        return new EncryptedXmlInfo(new XElement("masterKeyEncrypted", value), typeof(MasterKeyXmlDecryptor));
    }
}
