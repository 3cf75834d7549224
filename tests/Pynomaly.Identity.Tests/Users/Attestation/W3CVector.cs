namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>A test vector of Web Authentication Level 3 §16: lines of a name and its bytes in hexadecimal.</summary>
internal static class W3CVector
{
    /// <summary>Reads one by the name that the specification derives it from, for example "packed.ES256"; the certificate authority is "root".</summary>
    public static IReadOnlyDictionary<string, byte[]> Read(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Users", "Attestation", "W3C", name + ".txt"))
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));
}
