using System.Text.Json;

namespace LamBoot.Monitor.Tests.Nodes;

/// <summary>A node whose ssh to the other one, <c>pve2</c>, is a script.</summary>
internal sealed class StubNode : IDisposable
{
    public const string Good =
        """{"schema_version":1,"observed_at":"2026-01-01T00:00:00Z","phase":"monitor","node":"pve2","vmid":200,"name":"db","status":"healthy","verdict":"confirmed","reason":"the guest confirmed its boot","error":null}""";

    public StubNode()
    {
        Members("\"pve2\": {\"id\": 2, \"online\": 1, \"ip\": \"10.0.0.2\"}");
        Ssh("printf '%s ' \"$@\" >>\"$LAMBOOT_ROOT/calls\"; cat \"$LAMBOOT_ROOT/answer\"");
        Tree.Write("/answer", $"[{Good}]");
    }

    public HostTree Tree { get; } = new();

    /// <summary>Whether ssh was called.</summary>
    public bool IsAsked => File.Exists(Tree.Path("/calls"));

    /// <summary>Gives the cluster other nodes.</summary>
    public void Members(string others) =>
        Tree.Write(
            "/etc/pve/.members",
            $$"""{"nodename":"pve1","version":7,"cluster":{"name":"prod"},"nodelist":{"pve1":{"id":1,"online":1},{{others}} } }"""
        );

    /// <summary>Replaces ssh with another script.</summary>
    public void Ssh(string script)
    {
        Tree.Write("/usr/bin/ssh", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(Tree.Path("/usr/bin/ssh"), (UnixFileMode)0b111_101_101);
    }

    /// <summary>Runs the monitor for the whole cluster.</summary>
    public ProgramResult Run(params string[] arguments) => Tree.Monitor(["--cluster", .. arguments]);

    /// <summary>Asserts that the first row of a survey is the other node's, without an answer.</summary>
    public void ShouldBeSilent(string why)
    {
        ProgramResult result = Run("--json", "--exit-code");
        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(3);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement row = json.RootElement[0];
        row.GetProperty("vmid").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("node").GetString().ShouldBe("pve2");
        row.GetProperty("reason").GetString().ShouldBe(why);
    }

    public void Dispose() => Tree.Dispose();
}
