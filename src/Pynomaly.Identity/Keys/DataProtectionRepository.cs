using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Keys;

/// <summary>The Data Protection key ring as files in keys/data-protection, mode 0600. A damaged one is passed over with an alarm: people sign in again at worst.</summary>
internal sealed class DataProtectionRepository(ServerOptions options, ILogger<DataProtectionRepository> logger) : IXmlRepository
{
    private readonly KeysDirectory _directory = new(Path.Combine(options.KeysDirectory, "data-protection"));

    /// <inheritdoc />
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        _directory.Prepare("*.xml");
        var elements = new List<XElement>();
        foreach (var file in _directory.Files("*.xml"))
        {
            try
            {
                // Strict XML: no document type, so no entities to expand.
                using var reader = XmlReader.Create(new MemoryStream(_directory.Read(file)!), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
                elements.Add(XElement.Load(reader));
            }
            catch (Exception e) when (e is XmlException or ConfigurationException)
            {
                logger.LogDataProtectionKeyDamaged(_directory.PathOf(file));
            }
        }

        return elements;
    }

    /// <inheritdoc />
    public void StoreElement(XElement element, string friendlyName)
    {
        _directory.Prepare("*.xml");
        var name = friendlyName.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? friendlyName : $"key-{Secrets.CreateId()}";
        _directory.TryAdd($"{name}.xml", Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting)));
    }
}
