using System.Net;

namespace LamBoot.Pve.Nodes;

/// <summary>A node of the cluster.</summary>
/// <param name="Name">Its name: letters, digits and dashes.</param>
/// <param name="IsOnline">Whether it is currently a member of the cluster.</param>
/// <param name="Address">Its address; null if the cluster does not know it.</param>
public sealed record ClusterNode(string Name, bool IsOnline, IPAddress? Address)
{
    private const int LongestName = 63;

    /// <summary>
    /// Whether a text is a valid node name (PVE::JSONSchema, <c>pve-node</c>): it can be neither an option nor a path, and contains nothing
    /// special to a shell.
    /// </summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && text[0] != '-'
        && text[^1] != '-';
}
