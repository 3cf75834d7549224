namespace Pynomaly.Identity.Abuse;

/// <summary>Who had a request sent, by its own account (Fetch Metadata §2): whoever looks for holes can claim either.</summary>
internal enum SentBy
{
    /// <summary>The caller.</summary>
    Itself,

    /// <summary>Another site's link, form or window, in the browser of somebody who sees where it led.</summary>
    Link,

    /// <summary>Another site's page by itself: a picture, a frame, a script. Its reader sees nothing of it.</summary>
    Page,
}
