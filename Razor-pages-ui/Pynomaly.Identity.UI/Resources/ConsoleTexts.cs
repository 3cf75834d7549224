namespace Pynomaly.Identity.UI.Resources;

/// <summary>Names the resources that hold the texts of the console: ConsoleTexts.resx, and one file beside it for each further language.</summary>
public sealed class ConsoleTexts;
