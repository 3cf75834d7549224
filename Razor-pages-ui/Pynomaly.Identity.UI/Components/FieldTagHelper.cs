using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.UI.Assets;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A text field with its label, hint and error: &lt;field asp-for="Username" label="..." autocomplete="username" /&gt;. Other attributes go to the input.</summary>
/// <remarks>Hint and error are tied by aria-describedby (WCAG 1.3.1, 3.3.1); the first field in error gets the focus, else the one marked "focus". Passwords and codes are never written back.</remarks>
[HtmlTargetElement("field", Attributes = "asp-for,label", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldTagHelper(AssetCatalogue assets, IStringLocalizer<Texts> text) : TagHelper
{
    /// <summary>The property that is bound.</summary>
    [HtmlAttributeName("asp-for")]
    public required ModelExpression For { get; set; }

    /// <summary>The label.</summary>
    public required string Label { get; set; }

    /// <summary>A sentence that helps before anything went wrong.</summary>
    public string? Hint { get; set; }

    /// <summary>The input's type; "code" is one input for a code of an authenticator app or a backup code, "lines" a text of several lines.</summary>
    public string Type { get; set; } = "text";

    /// <summary>True: a new password, whose strength is told while it is typed (<see cref="StrengthMeter"/>). The server decides.</summary>
    public bool Strength { get; set; }

    /// <summary>True: this field has the focus when the page comes and nothing is in error.</summary>
    public bool Focus { get; set; }

    /// <summary>Set by Razor.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var name = ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name).ToLowerInvariant();
        var id = context.AllAttributes["id"]?.Value.ToString() ?? name;
        var state = ViewContext.ModelState;
        var error = state.TryGetValue(name, out var entry) && entry.Errors.Count > 0 ? entry.Errors[0].ErrorMessage : null;

        var value = entry?.AttemptedValue ?? For.Model?.ToString() ?? string.Empty;
        var input = Type == "lines" ? new TagBuilder("textarea") : new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        input.AddCssClass(Type switch { "code" => "input input-code", "lines" => "textarea", _ => "input" });
        if (Type != "lines") input.Attributes["type"] = Type == "code" ? "text" : Type;
        input.Attributes["name"] = name;
        if (Type == "code") DescribeCode(input);
        if (Type == "lines") input.InnerHtml.AppendHtml("\n").Append(value); // the first line break is the markup's, not the text's (HTML §4.10.11)
        else if (Type is not ("password" or "code")) input.Attributes["value"] = value;
        foreach (var attribute in output.Attributes) input.Attributes[attribute.Name] = attribute.ValueStyle == HtmlAttributeValueStyle.Minimized ? attribute.Name : attribute.Value?.ToString();
        input.Attributes["id"] = id;
        if (error is not null) input.Attributes["aria-invalid"] = "true";
        if (Described(id, error) is { } describedBy) input.Attributes["aria-describedby"] = describedBy;
        if (error is null ? Focus && state.ErrorCount == 0 : IsFirstInError()) input.Attributes["autofocus"] = "autofocus";

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", error is null ? "field" : "field field-invalid");
        output.Content.AppendHtml(LabelOf(id));
        if (Hint is not null) output.Content.AppendHtml(Paragraph($"{id}-hint", "field-hint", Hint));
        output.Content.AppendHtml(Control(input, id));
        if (Strength) output.Content.AppendHtml(StrengthMeter.Of(id, assets, text));
        if (error is not null) output.Content.AppendHtml(ErrorOf(id, error));
    }

    // One input, so that pasting, autofill and screen readers find one; the page may say otherwise.
    private static void DescribeCode(TagBuilder input)
    {
        input.Attributes["inputmode"] = "numeric";
        input.Attributes["autocomplete"] = "one-time-code";
        input.Attributes["autocapitalize"] = "none";
        input.Attributes["spellcheck"] = "false";
        input.Attributes["maxlength"] = "16";
    }

    // Fields are made in the order of the page: the first that comes here is the first to be read.
    private bool IsFirstInError() => ViewContext.HttpContext.Items.TryAdd(typeof(FieldTagHelper), true);

    private string? Described(string id, string? error) =>
        (Hint, error) switch { (null, null) => null, (not null, null) => $"{id}-hint", (null, not null) => $"{id}-error", _ => $"{id}-hint {id}-error" };

    private TagBuilder LabelOf(string id)
    {
        var label = new TagBuilder("label");
        label.AddCssClass("field-label");
        label.Attributes["for"] = id;
        label.InnerHtml.Append(Label);
        return label;
    }

    private TagBuilder Control(TagBuilder input, string id)
    {
        var control = new TagBuilder("div");
        control.AddCssClass("field-control");
        control.InnerHtml.AppendHtml(input);
        if (Type == "password") control.InnerHtml.AppendHtml(Reveal(id));
        return control;
    }

    /// <summary>The button that shows the password: hidden until the script that serves it has run.</summary>
    private TagBuilder Reveal(string id)
    {
        var button = new TagBuilder("button");
        button.AddCssClass("input-act");
        button.Attributes["type"] = "button";
        button.Attributes["hidden"] = "hidden";
        button.Attributes["data-reveal"] = id;
        button.Attributes["aria-pressed"] = "false";
        button.Attributes["aria-label"] = text["Field.ShowPassword"];
        button.InnerHtml.AppendHtml(Sprite.Icon(assets, "eye", "icon when-off"));
        button.InnerHtml.AppendHtml(Sprite.Icon(assets, "eye-off", "icon when-on"));
        return button;
    }

    private TagBuilder ErrorOf(string id, string error)
    {
        var paragraph = Paragraph($"{id}-error", "field-error", null);
        var words = new TagBuilder("span");
        words.InnerHtml.Append(error);
        paragraph.InnerHtml.AppendHtml(Sprite.Icon(assets, "alert")).AppendHtml(words);
        return paragraph;
    }

    private static TagBuilder Paragraph(string id, string cssClass, string? words)
    {
        var paragraph = new TagBuilder("p");
        paragraph.AddCssClass(cssClass);
        paragraph.Attributes["id"] = id;
        if (words is not null) paragraph.InnerHtml.Append(words);
        return paragraph;
    }
}
