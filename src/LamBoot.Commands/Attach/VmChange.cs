using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Attach;

/// <summary>
/// A change of a VM's configuration through <c>qm set</c>, as <c>attach</c> and <c>detach</c> make it: nothing, where all is
/// as it should be.
/// </summary>
/// <param name="Config">The configuration that it was made for.</param>
/// <param name="Hookscript">What <c>hookscript</c> becomes: null stays, empty is deleted.</param>
/// <param name="Args">What <c>args</c> becomes at the next start: null stays, empty is deleted.</param>
internal sealed record VmChange(VmConfig Config, string? Hookscript, ArgsLine? Args)
{
    /// <summary>Whether there is nothing to change.</summary>
    public bool IsNothing => Hookscript is null && Args is null;

    /// <summary>What <c>qm set</c> is given: only this state of the configuration is changed (<c>--digest</c>).</summary>
    /// <exception cref="HostException">The args line is not UTF-8, so that it cannot be given as it is.</exception>
    public string[] Options()
    {
        List<string> options = [];
        List<string> deleted = [];
        Add("hookscript", Hookscript, options, deleted);
        Add("args", Args is null ? null : TextOf(Args), options, deleted);
        if (deleted.Count > 0)
        {
            options.AddRange("--delete", string.Join(',', deleted));
        }

        return [.. options, "--digest", Config.Digest()];
    }

    /// <summary>The command that <c>--dry-run</c> shows, for a shell.</summary>
    public string Command(int vmid) => $"qm set {vmid} {string.Join(' ', Options().Select(Quote))}";

    private static void Add(string key, string? value, List<string> options, List<string> deleted)
    {
        if (value is { Length: > 0 })
        {
            options.AddRange($"--{key}", value);
        }
        else if (value is not null)
        {
            deleted.Add(key);
        }
    }

    private static string TextOf(ArgsLine args) =>
        args.UnicodeText ?? throw new HostException("args is not UTF-8, so 'qm set' cannot keep it as it is");

    private static string Quote(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/' or ':' or '.' or ',' or '=')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
