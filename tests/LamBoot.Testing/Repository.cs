namespace LamBoot.Testing;

/// <summary>The location of the repository's files, for tests that read or run them.</summary>
public static class Repository
{
    /// <summary>The repository's top folder.</summary>
    public static string Top { get; } = FindTop();

    /// <summary>
    /// The variable that names a folder with programs to use instead of <c>out/bin</c>, for example for another architecture.
    /// </summary>
    public const string ProgramsVariable = "LAMBOOT_TEST_PROGRAMS";

    /// <summary>The path of a file in the repository.</summary>
    public static string File(params string[] parts) =>
        parts is ["out", "bin", .. string[] program]
        && Environment.GetEnvironmentVariable(ProgramsVariable) is { } others
            ? Path.Combine([others, .. program])
            : Path.Combine([Top, .. parts]);

    private static string FindTop()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(at.FullName, "LamBoot.Hook.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"no LamBoot.Hook.sln above {AppContext.BaseDirectory}");
    }
}
