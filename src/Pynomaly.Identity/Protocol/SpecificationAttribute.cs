#if !RESOURCE_SERVER
namespace Pynomaly.Identity.Protocol;
#else
namespace Pynomaly.Identity.ResourceServer;
#endif

/// <summary>Names the specification that a type implements. README's table of specifications is built from these.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
#if !RESOURCE_SERVER
public sealed class SpecificationAttribute(string number, string title) : Attribute
#else
internal sealed class SpecificationAttribute(string number, string title) : Attribute
#endif
{
    /// <summary>The document, for example "RFC 7636" or "OpenID Connect Core 1.0".</summary>
    public string Number { get; } = number;

    /// <summary>Its title, as printed on it.</summary>
    public string Title { get; } = title;
}
