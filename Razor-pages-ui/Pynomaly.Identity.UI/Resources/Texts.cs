namespace Pynomaly.Identity.UI.Resources;

/// <summary>Names the resources that hold every text of the pages: Texts.resx, and one file beside it for each further language.</summary>
public sealed class Texts;
