using System.Text.Json;

namespace LamBoot.Commands.Tests.Attach;

/// <summary>What tests check after an <c>attach</c>.</summary>
internal static class AttachedTree
{
    public const string Item = HostTree.Args + "100.json";

    public static string[] Lines(HostTree tree, int vmid) => File.ReadAllLines(tree.Config(vmid));

    public static JsonElement Document(HostTree tree, int vmid) =>
        JsonDocument.Parse(File.ReadAllBytes(tree.Document(vmid))).RootElement;
}
