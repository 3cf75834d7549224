using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"users create": one account.</summary>
internal static class UserCreation
{
    public static Command Create()
    {
        var name = new Argument<string>("USERNAME") { Description = "The name to sign in with." };
        var email = new Option<string?>("--email") { Description = "E-mail address, taken as verified." };
        var fullName = new Option<string?>("--name") { Description = "The person's name." };
        var roles = new Option<string[]>("--role") { Description = "A role. May be repeated." };
        var password = new Option<string?>("--password") { Description = "env:NAME, or - for standard input. Left out: one is made and shown once." };
        var json = Options.Json();
        var command = new Command("create", """
            Create an account.

            Examples:
              Pynomaly.Identity.Server users create ada --email ada@example.org --name "Ada Lovelace" --role analyst
              pass show ada | Pynomaly.Identity.Server users create ada --password -
            """)
        { name, email, fullName, roles, password, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var userName = result.GetValue(name)!;
            var given = result.GetValue(password);
            var secret = given is null ? Secrets.Create() : SecretInput.Read("--password", given);
            var user = new JsonObject { ["username"] = userName, ["password"] = secret, ["roles"] = new JsonArray([.. (result.GetValue(roles) ?? []).Select(role => (JsonNode)role)]) };
            if (result.GetValue(email) is { } address) (user["email"], user["email_verified"]) = (address, true);
            if (result.GetValue(fullName) is { } full) user["name"] = full;
            var file = new ConfigurationFile();
            file.Add("the command line", Encoding.UTF8.GetBytes(new JsonObject { ["users"] = new JsonArray(user) }.ToJsonString()));

            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var changes = await session.Get<Configurator>().ApplyAsync(Operator.CommandLine, file, stop);
            if (!changes.Any(change => change.IsChange)) throw new ConfigurationException($"There is an account \"{userName}\" already; it was not changed.");
            Output.Made(result.GetValue(json), ("username", userName), ("password", given is null ? secret : null), $"The account {userName} is created.",
                "Its password, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }
}
