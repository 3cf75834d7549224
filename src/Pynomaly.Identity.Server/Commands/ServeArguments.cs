namespace Pynomaly.Identity.Server.Commands;

/// <summary>The arguments of "serve": files to apply, and settings.</summary>
internal sealed record ServeArguments(IReadOnlyList<string> Apply, string[] Settings)
{
    /// <summary>Splits them.</summary>
    /// <exception cref="UsageException">An argument is neither.</exception>
    public static ServeArguments Parse(string[] args)
    {
        List<string> apply = [];
        List<string> settings = [];
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--apply") apply.Add(++i < args.Length ? args[i] : throw new UsageException("--apply wants a file."));
            else if (args[i].StartsWith("--apply=", StringComparison.Ordinal)) apply.Add(args[i]["--apply=".Length..]);
            else settings.Add(args[i]);
        }

        return new(apply, CommandSettings.Check(settings));
    }

    /// <summary>Serves.</summary>
    public Task<int> RunAsync() => ServerHost.RunAsync(Settings, Apply);
}
