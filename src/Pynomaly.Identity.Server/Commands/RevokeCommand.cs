using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"revoke": ends tokens, everywhere within a second.</summary>
internal static class RevokeCommand
{
    public static Command Create()
    {
        var jti = new Option<string?>("--jti") { Description = "One access token, by its claim jti." };
        var user = new Option<string?>("--user") { Description = "All sessions, grants and tokens of a person, by user name or id." };
        var session = new Option<string?>("--session") { Description = "One browser session (the claim sid), and every grant made in it." };
        var client = new Option<string?>("--client") { Description = "All grants and tokens of a client issued until now." };
        var command = new Command("revoke", """
            End tokens and what they come from. This server and the APIs that follow the revocation list obey within a second.

            Examples:
              Pynomaly.Identity.Server revoke --jti 5jDPx0Yd2Zb1Z2RrHfQ1nA
              Pynomaly.Identity.Server revoke --user ada
              Pynomaly.Identity.Server revoke --client nightly
            """)
        { jti, user, session, client };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var asked = new[] { result.GetValue(jti), result.GetValue(user), result.GetValue(session), result.GetValue(client) };
            if (asked.Count(value => !string.IsNullOrEmpty(value)) != 1) throw new UsageException("Name exactly one of --jti, --user, --session and --client.");
            await using var engine = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var who = Operator.CommandLine;
            if (result.GetValue(jti) is { } one)
            {
                if (!RevocationList.IsJti(one)) throw new UsageException("That is not a jti of this server.");
                await engine.Get<RevocationAdministration>().RevokeAsync(who, one, stop);
            }
            else if (result.GetValue(user) is { } name)
            {
                var id = await engine.Get<People>().FindIdAsync(who, name, stop) ?? throw new ConfigurationException($"There is no account \"{name}\".");
                await engine.Get<UserAdministration>().EndSessionsAsync(who, id, stop);
            }
            else if (result.GetValue(session) is { } sid)
            {
                await engine.Get<SessionAdministration>().EndAsync(who, sid, stop);
            }
            else if (result.GetValue(client) is { } clientId)
            {
                await engine.Get<RevocationAdministration>().CutOffClientAsync(who, clientId, stop);
            }

            Output.Tell(result, "Done.");
            return ExitCodes.Success;
        });
        return command;
    }
}
