using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Assets;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Components;

/// <summary>Tells the browser which passkeys the person has here, and their name: &lt;passkey-list account="..." passkeys="..." /&gt;, without any look. What was removed here vanishes
/// from the person's device. Web Authentication Level 3 §5.1.10 (signal methods).</summary>
[HtmlTargetElement("passkey-list", Attributes = "account,passkeys", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PasskeyListTagHelper(AssetCatalogue assets, ServerOptions options) : TagHelper
{
    /// <summary>The person.</summary>
    public required Account Account { get; set; }

    /// <summary>All of their passkeys.</summary>
    public required IReadOnlyList<Passkey> Passkeys { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("hidden", "hidden");
        output.Attributes.SetAttribute("data-passkey-list", JsonSerializer.Serialize(new
        {
            rpId = options.Passkeys.RelyingPartyId, userId = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Account.Id)), name = Account.UserName, displayName = Account.DisplayName,
            credentials = Passkeys.Select(passkey => passkey.Id),
        }));
        var script = new TagBuilder("script");
        script.Attributes["type"] = "module";
        script.Attributes["src"] = assets.Url("js/passkeys.js");
        output.PostElement.AppendHtml(script);
    }
}
