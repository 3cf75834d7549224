using System.Security.Cryptography;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Keys;

/// <summary>A directory of secret files: its own user's alone (directory 0700, files 0600), and written so that a file is whole or absent.</summary>
/// <remarks>On Windows the modes are left to whoever installs the server.</remarks>
internal sealed class KeysDirectory(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MostBytes = 64 * 1024;

    /// <summary>The full path of a file in it.</summary>
    public string PathOf(string name) => Path.Combine(path, name);

    /// <summary>Makes the directory, or checks it and the named files in it. A directory that holds none of them yet (a fresh clone's) is closed to others; one that does must be closed already.</summary>
    /// <exception cref="ConfigurationException">Others may read what is there, it belongs to somebody else, or it cannot be written.</exception>
    public void Prepare(string pattern)
    {
        try
        {
            if (!Directory.Exists(path)) Create();
            var files = Directory.GetFiles(path, pattern);
            if (OperatingSystem.IsWindows()) return;
            if (files.Length == 0 && UnixFile.IsOwn(path)) File.SetUnixFileMode(path, OwnerOnly);
            Check(path, "directory", "0700", OwnerOnly);
            foreach (var file in files) Check(file, "file", "0600", FileMode600);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ConfigurationException($"The keys directory {path} cannot be used: {e.Message} Give it to the server's user with mode 0700, or point Identity:KeysDirectory elsewhere.");
        }
    }

    /// <summary>The file's bytes; null when there is none.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, or is too large to be one of ours.</exception>
    public byte[]? Read(string name)
    {
        var file = PathOf(name);
        try
        {
            if (!File.Exists(file)) return null;
            if (new FileInfo(file).Length > MostBytes) throw new ConfigurationException($"{file} is too large to be what the server wrote there. Restore it from a backup.");
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ConfigurationException($"{file} cannot be read: {e.Message} Give it to the server's user with mode 0600.");
        }
    }

    /// <summary>The files of the pattern, by name.</summary>
    public IEnumerable<string> Files(string pattern) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, pattern).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal) : [];

    /// <summary>Writes a new file, whole or not at all. False when one of that name is there, which then stays as it is.</summary>
    public bool TryAdd(string name, ReadOnlySpan<byte> content)
    {
        var file = PathOf(name);
        var draft = PathOf($".{name}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode600;
        try
        {
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, file, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            return false;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new ConfigurationException($"{file} cannot be written: {e.Message} Give the keys directory to the server's user with mode 0700.");
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Writes a file, whole or not at all, in the place of what is there. After a power cut the older content may stand.</summary>
    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        var draft = PathOf($".{name}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = FileMode600;
        try
        {
            using (var stream = new FileStream(draft, options)) stream.Write(content);
            File.Move(draft, PathOf(name), overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Takes back a file that this process has just added.</summary>
    public void Remove(string name) => File.Delete(PathOf(name));

    private void Create()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly);
    }

    private static void Check(string file, string kind, string wanted, UnixFileMode allowed)
    {
        if (OperatingSystem.IsWindows()) return;
        if (!UnixFile.IsOwn(file)) throw new ConfigurationException($"The {kind} {file} does not belong to the user that the server runs as. Run: chown to that user.");
        var mode = File.GetUnixFileMode(file);
        if ((mode & ~allowed) != 0)
            throw new ConfigurationException($"The {kind} {file} has mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')}, so others may reach the keys. Run: chmod {wanted} {file}");
    }
}
