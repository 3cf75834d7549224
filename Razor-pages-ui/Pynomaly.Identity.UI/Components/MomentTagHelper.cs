using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Pages;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A moment as people say it, with the exact time as title: &lt;moment at="..." /&gt;. "3 hours ago", and a date when it is long ago or still to come.</summary>
[HtmlTargetElement("moment", Attributes = "at", TagStructure = TagStructure.WithoutEndTag)]
public sealed class MomentTagHelper(TimeProvider time, IStringLocalizer<Texts> text) : TagHelper
{
    /// <summary>The moment.</summary>
    public required DateTimeOffset At { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", Words.Of(At));
        output.Content.SetContent(Say(At, time.GetUtcNow(), text));
    }

    /// <summary>The words.</summary>
    internal static string Say(DateTimeOffset at, DateTimeOffset now, IStringLocalizer<Texts> text) => (now - at) switch
    {
        { Ticks: < 0 } => Words.Of(at),
        { TotalMinutes: < 1 } => text["Moment.Now"],
        { TotalMinutes: < 2 } => text["Moment.Minute"],
        { TotalHours: < 1 } past => text["Moment.Minutes", (int)past.TotalMinutes],
        { TotalHours: < 2 } => text["Moment.Hour"],
        { TotalDays: < 1 } past => text["Moment.Hours", (int)past.TotalHours],
        { TotalDays: < 2 } => text["Moment.Day"],
        { TotalDays: < 31 } past => text["Moment.Days", (int)past.TotalDays],
        _ => Languages.Day(at, CultureInfo.CurrentCulture),
    };
}
