using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Nodes;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>
/// A survey as one JSON value: a list of health records, each with additional fields known only to the survey. Cluster nodes use it to
/// report to each other too, so its reader may be another version.
/// </summary>
internal static class SurveyJson
{
    /// <summary>Whether the VM is meant to run LamBoot: it has the hookscript, or an identity file in its args.</summary>
    private const string Attached = "attached";

    /// <summary>Why the VM raises no alerts: <c>locked</c>, <c>template</c> or <c>ignored-tag</c>; null if it does.</summary>
    private const string QuietWhy = "quiet";

    /// <summary>Since when the verdict has been the same, as far as surveys and the health log know; null if neither does.</summary>
    private const string Since = "since";

    /// <summary>The VM's recent boots, for another node's page; absent otherwise.</summary>
    private const string Boots = "boots";

    /// <summary>Returns the list, starting with the nodes that did not answer.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="boots">The records of the VMs' boots, for another node's page; null to omit them.</param>
    public static byte[] Of(SurveyResult result, ILookup<int?, HealthRecord>? boots = null) =>
        FleetJson.Write(
            writer =>
            {
                writer.WriteStartArray();
                foreach (HealthRecord silent in result.SilentNodes)
                {
                    silent.Write(writer);
                }

                foreach (VmHealth vm in result.Listed)
                {
                    vm.Record.Write(
                        writer,
                        more =>
                        {
                            Write(vm, more);
                            if (boots is not null)
                            {
                                RecentBoots.Write(boots[vm.Record.Vmid], result.Listed.Count, more, Boots);
                            }
                        }
                    );
                }

                writer.WriteEndArray();
            },
            indented: true
        );

    /// <summary>
    /// Reads a VM reported by another node; if its version did not say whether the VM is attached, that follows from the rest.
    /// </summary>
    public static VmHealth Read(RemoteRecord record) =>
        new(record.Health, record.Flag(Attached), record.Health.Uuid)
        {
            Quiet = Quiets.Parse(record.Text(QuietWhy)),
            Boots = record.Records(Boots),
            Since = UtcText.Parse(record.Text(Since)),
        };

    private static void Write(VmHealth vm, Utf8JsonWriter writer)
    {
        writer.WriteBoolean(Attached, vm.IsAttached);
        writer.WriteString(QuietWhy, vm.Quiet.Word());
        writer.WriteString(Since, vm.Since is { } since ? UtcText.Format(since) : null);
    }
}
