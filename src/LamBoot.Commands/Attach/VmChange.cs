using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Attach;

/// <summary>
/// A change of a VM's configuration by <c>attach</c> or <c>detach</c> with <c>qm set</c>: empty if everything is as it should be.
/// </summary>
/// <param name="Config">The configuration for which it was planned.</param>
/// <param name="Hookscript">The new <c>hookscript</c>: null keeps it, empty deletes it.</param>
/// <param name="Args">The new <c>args</c> for the next start: null keeps it, empty deletes it.</param>
internal sealed record VmChange(VmConfig Config, string? Hookscript, ArgsLine? Args)
{
    /// <summary>Whether there is nothing to change.</summary>
    public bool IsNothing => Hookscript is null && Args is null;

    /// <summary>The options for <c>qm set</c>: only this state of the configuration is changed (<c>--digest</c>).</summary>
    /// <exception cref="HostException">The args line is not UTF-8, so it cannot be passed unchanged.</exception>
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

    /// <summary>The command shown by <c>--dry-run</c>, quoted for a shell.</summary>
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
