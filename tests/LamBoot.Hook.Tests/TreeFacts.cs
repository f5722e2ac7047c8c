using System.Text.Json;

namespace LamBoot.Hook.Tests;

/// <summary>What phases have left in a tree.</summary>
internal static class TreeFacts
{
    /// <summary>A VM's identity document.</summary>
    public static JsonElement DocumentJson(this HostTree tree, int vmid) => Json(File.ReadAllText(tree.Document(vmid)));

    /// <summary>The newest record of the health log.</summary>
    public static JsonElement LastRecord(this HostTree tree) => Json(File.ReadAllLines(tree.Log)[^1]);

    public static string RecordedError(this HostTree tree) =>
        tree.LastRecord().GetProperty("error").GetString().ShouldNotBeNull();

    /// <summary>The records of the health log, each as its phase, state and crash count.</summary>
    public static List<string> Records(this HostTree tree) =>
        [
            .. File.ReadAllLines(tree.Log)
                .Select(Json)
                .Select(record =>
                    $"{record.GetProperty("phase")} {record.GetProperty("state")} {record.GetProperty("crash_count")}"
                ),
        ];

    public static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
