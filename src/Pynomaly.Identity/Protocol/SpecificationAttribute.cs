namespace Pynomaly.Identity.Protocol;

/// <summary>Names the specification that a type implements. README's table of specifications is built from these.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SpecificationAttribute(string number, string title) : Attribute
{
    /// <summary>The document, for example "RFC 7636" or "OpenID Connect Core 1.0".</summary>
    public string Number { get; } = number;

    /// <summary>Its title, as printed on it.</summary>
    public string Title { get; } = title;
}
