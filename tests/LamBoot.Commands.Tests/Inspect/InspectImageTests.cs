using System.Text.Json;

namespace LamBoot.Commands.Tests.Inspect;

/// <summary><c>inspect --vars FILE</c>, and the variables of an image.</summary>
public sealed class InspectImageTests
{
    [Fact]
    public void Inspect_of_an_image_alone()
    {
        using HostTree tree = new();
        CorpusImage.Get("entry-ctl").WriteTo(tree.Path("/image.fd"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.fd")]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_of_an_image_alone_as_JSON()
    {
        using HostTree tree = new();
        CorpusImage.Get("qcow2-snap").WriteTo(tree.Path("/image.qcow2"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.qcow2"), "--json"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_lists_the_live_variables()
    {
        using HostTree tree = new();
        CorpusImage.Get("template-2m-ms").WriteTo(tree.Path("/image.fd"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_lists_every_entry_with_offset_and_state()
    {
        using HostTree tree = new();
        CorpusImage.Get("cut-2m-09").WriteTo(tree.Path("/image.fd"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--raw"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_lists_variables_as_JSON()
    {
        using HostTree tree = new();
        CorpusImage.Get("template-2m-ms").WriteTo(tree.Path("/image.fd"));

        using JsonDocument json = JsonDocument.Parse(
            tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all", "--raw", "--json"]).Output
        );

        json.RootElement.GetProperty("variables").GetArrayLength().ShouldBe(31);
        json.RootElement.GetProperty("entries").GetArrayLength().ShouldBe(57);
        JsonElement pk = json
            .RootElement.GetProperty("variables")
            .EnumerateArray()
            .Single(variable => variable.GetProperty("name").GetString() == "PK");
        pk.GetProperty("vendor_name").GetString().ShouldBe("gEfiGlobalVariableGuid");
        pk.GetProperty("signatures")[0]
            .GetProperty("subject")
            .GetString()
            .ShouldBe("Debian UEFI Secure Boot (PK/KEK key)");
        pk.GetProperty("data").GetString()!.Length.ShouldBe(2 * pk.GetProperty("size").GetInt32());
    }

    [Fact]
    public void Inspect_lists_no_name_or_value_of_a_guest_raw()
    {
        using HostTree tree = new();
        byte[] image = CorpusImage.Get("entry-ctl").ReadBytes();
        byte[] name = System.Text.Encoding.Unicode.GetBytes("LamBootVersion");
        int at = image.AsSpan().IndexOf(name);
        System.Text.Encoding.Unicode.GetBytes("\u001b[31m\u202e\n\u0007\ud800".PadRight(14)).CopyTo(image, at);
        File.WriteAllBytes(tree.Path("/image.fd"), image);

        ProgramResult text = tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all", "--raw"]);
        ProgramResult json = tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all", "--raw", "--json"]);

        text.Output.ShouldContain(@"\u{1b}[31m\u{202e}\u{a}\u{7}");
        json.Output.ShouldContain(@"\u001B[31m\u202E\n\u0007");
        (text.Output + json.Output).ShouldAllBe(c => c == '\n' || !(char.IsControl(c) || c == '\u202e'));
    }

    [Theory]
    [InlineData("--all", "variables")]
    [InlineData("--raw", "entries")]
    public void Inspect_lists_none_of_an_image_that_is_none(string option, string list)
    {
        using HostTree tree = new();
        tree.Write("/image.fd", "x");
        foreach (string path in new[] { "/image.fd", "/nowhere.fd" })
        {
            ProgramResult result = tree.Hook(["inspect", "--vars", tree.Path(path), option, "--json"]);

            result.ExitCode.ShouldBe(path == "/image.fd" ? 0 : 1);
            using JsonDocument json = JsonDocument.Parse(result.Output);
            json.RootElement.GetProperty(list).GetArrayLength().ShouldBe(0);
        }
    }

    [Fact]
    public void Inspect_of_an_image_that_is_not_there_says_so_as_JSON_too()
    {
        ProgramResult result = Trees.Run("inspect", "--vars", "/nowhere.fd", "--json");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe("lamboot-hook: unreadable: cannot open /nowhere.fd: No such file or directory\n");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        (json.RootElement.GetProperty("health").GetProperty("error").GetString()).ShouldBe(
            "unreadable: cannot open /nowhere.fd: No such file or directory"
        );
    }
}
