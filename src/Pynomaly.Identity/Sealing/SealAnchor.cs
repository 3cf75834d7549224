using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>The newest seal that this node has seen, noted in a file beside the master key: whoever cuts the trail's end in the database does not reach it there.</summary>
/// <remarks>It only ever moves on along the chain. When the database no longer has the seal that is noted, the file stays as it is, as the evidence.</remarks>
internal sealed class SealAnchor(ServerOptions options, ILogger<SealAnchor> logger)
{
    private const string FileName = "audit.anchor";
    private readonly KeysDirectory _directory = new(options.KeysDirectory);
    private bool _isCut;
    private bool _failed;

    /// <summary>The file.</summary>
    public string File => _directory.PathOf(FileName);

    /// <summary>What is noted: number, hash and time of a seal; null when there is nothing, or nothing that can be read.</summary>
    public (long Number, string Hash, DateTimeOffset At)? Read()
    {
        try
        {
            if (_directory.Read(FileName) is not { } bytes) return null;
            var json = JsonElement.Parse(bytes);
            return (json.GetProperty("number").GetInt64(), json.GetProperty("hash").GetString()!, json.GetProperty("at").GetDateTimeOffset());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ConfigurationException)
        {
            return null;
        }
    }

    /// <summary>Notes the newest seal, if the chain still has what was noted before, or somebody has accepted that it has not; raises the alarm once when neither is so.</summary>
    public async ValueTask MoveAsync(SqlSession session, AuditSeal newest, SealKey key, CancellationToken cancellationToken)
    {
        if (Read() is var (number, hash, at))
        {
            if (newest.Number == number && newest.Hash == hash) return;
            if (newest.Number < number && await SealRows.LastAsync(session, cancellationToken) is { } last && last.Number > newest.Number) return; // an older node's view; the file is ahead of it
            if (!await HasAsync(session, newest, number, hash, cancellationToken)
                && !await IsAcceptedAsync(session, newest, at, await key.GetAsync(cancellationToken), cancellationToken))
            {
                if (!_isCut) logger.LogTrailCut(number, File);
                _isCut = true;
                return;
            }
        }

        _isCut = false;
        Write(newest);
    }

    /// <summary>Whether the chain has the seal; one whose place lies before its beginning was removed when its time was over.</summary>
    public static async ValueTask<bool> HasAsync(SqlSession session, AuditSeal newest, long number, string hash, CancellationToken cancellationToken)
    {
        if (newest.Number < number) return false;
        if (await SealRows.FindAsync(session, number, cancellationToken) is { } seal) return seal.Hash == hash;
        return await session.FirstAsync("SELECT MIN(number) FROM audit_seals", row => row.GetInt64(0), cancellationToken) > number;
    }

    // Only as the trail stood then: a further cut is none that was accepted.
    private static async ValueTask<bool> IsAcceptedAsync(SqlSession session, AuditSeal newest, DateTimeOffset notedAt, SealKey.Opened key, CancellationToken cancellationToken) =>
        (await AcceptedBreaks.ListAsync(session, key, cancellationToken)).LastOrDefault(accepted => accepted.CoversCut(notedAt)) is { } cut
        && (cut.What.EndSeal == 0 || await HasAsync(session, newest, cut.What.EndSeal, cut.What.EndHash ?? "", cancellationToken));

    private void Write(AuditSeal seal)
    {
        try
        {
            _directory.Replace(FileName, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{{\"number\":{seal.Number},\"last_sequence\":{seal.LastSequence},\"hash\":\"{seal.Hash}\",\"at\":\"{seal.At.UtcDateTime:O}\",\"kid\":\"{seal.KeyId}\"}}\n")));
            _failed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed) logger.LogAnchorFailed(File, e.GetType().Name);
            _failed = true;
        }
    }
}
