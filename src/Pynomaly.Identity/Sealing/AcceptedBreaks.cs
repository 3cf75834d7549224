using System.Globalization;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>The statements about breaks that were accepted. Rows that the installation's key did not sign count for nothing.</summary>
internal static class AcceptedBreaks
{
    private const string Prefix = "audit_accepted:";

    /// <summary>All, oldest first.</summary>
    public static async ValueTask<IReadOnlyList<AcceptedBreak>> ListAsync(SqlSession session, SealKey.Opened key, CancellationToken cancellationToken)
    {
        var texts = await session.ListAsync($"SELECT text FROM server_state WHERE name LIKE 'audit!_accepted:%' ESCAPE '!' ORDER BY name", row => row.Text(0) ?? "", cancellationToken);
        return [.. texts.Select(text => BreakSignature.ReadAccepted(text, key)).OfType<AcceptedBreak>().OrderBy(one => one.At)];
    }

    /// <summary>Enters one.</summary>
    public static async ValueTask AddAsync(SqlSession session, AcceptedBreak accepted, SealKey.Opened key, CancellationToken cancellationToken) =>
        await session.ExecuteAsync("INSERT INTO server_state (name, number, text) VALUES ($1, $2, $3)", cancellationToken,
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{accepted.At.ToUnixTimeMilliseconds():D15}"), accepted.What.Through, BreakSignature.Sign(accepted, key));
}
