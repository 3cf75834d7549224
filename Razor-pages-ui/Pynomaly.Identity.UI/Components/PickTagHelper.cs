using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A choice of one: &lt;pick name="state" label="State" options="@states" value="@Model.State" /&gt;. An option of the empty value is the one for none.</summary>
[HtmlTargetElement("pick", Attributes = "name,label,options", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PickTagHelper : TagHelper
{
    /// <summary>The parameter's name, and the id of the control.</summary>
    public required string Name { get; set; }

    /// <summary>The label.</summary>
    public required string Label { get; set; }

    /// <summary>The values and their words.</summary>
    public required IReadOnlyList<(string Value, string Words)> Options { get; set; }

    /// <summary>The one of now.</summary>
    public string? Value { get; set; }

    /// <summary>True: the empty option cannot be sent.</summary>
    public bool Required { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "field");
        var label = new TagBuilder("label");
        label.AddCssClass("field-label");
        label.Attributes["for"] = Name;
        label.InnerHtml.Append(Label);
        var control = new TagBuilder("select");
        control.AddCssClass("select");
        control.Attributes["id"] = Name;
        control.Attributes["name"] = Name;
        if (Required) control.Attributes["required"] = "required";
        foreach (var (value, words) in Options)
        {
            var option = new TagBuilder("option");
            option.Attributes["value"] = value;
            if (value == (Value ?? "")) option.Attributes["selected"] = "selected";
            option.InnerHtml.Append(words);
            control.InnerHtml.AppendHtml(option);
        }

        output.Content.AppendHtml(label).AppendHtml(control);
    }
}
