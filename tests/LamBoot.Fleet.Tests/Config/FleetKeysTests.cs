using System.Text;
using LamBoot.Fleet.Config;

namespace LamBoot.Fleet.Tests.Config;

/// <summary>The man page lists the same fleet.toml keys as the table.</summary>
public sealed class FleetKeysTests
{
    private const int Width = 100;

    [Fact]
    public void The_man_page_has_the_table()
    {
        string page = File.ReadAllText(Repository.File("packaging", "man", "fleet.toml.5"));
        int begin = page.IndexOf(".SH KEYS\n", StringComparison.Ordinal);
        int end = page.IndexOf(".SH EXAMPLES\n", StringComparison.Ordinal);

        page[begin..end].ShouldBe(Manual(), "the section KEYS of packaging/man/fleet.toml.5 has to be this");
    }

    [Fact]
    public void A_key_stands_once() => FleetKeys.All.Select(key => key.Name).ShouldBeUnique();

    [Fact]
    public void Each_key_has_its_help_and_no_other_does() =>
        FleetHelp.Of.Keys.ShouldBe(FleetKeys.All.Select(key => key.Name));

    /// <summary>The section of the man page, generated from the table.</summary>
    private static string Manual()
    {
        StringBuilder manual = new(".SH KEYS\n");
        string section = "";
        foreach (FleetKey key in FleetKeys.All)
        {
            string name = key.Name;
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && name[..dot] != section)
            {
                section = name[..dot];
                manual.Append($".SS [{section}]\n");
            }

            string help = FleetHelp.Of[name];
            string label = name[(dot + 1)..];
            if (key.Table is { } table)
            {
                int colon = help.IndexOf(": ", StringComparison.Ordinal);
                label = (table == section ? "" : $"[{table}] ") + help[..colon];
                help = help[(colon + 2)..];
            }

            manual.Append($".TP\n.B {Escape(label)}\n{Wrap(Escape(help))}\n");
        }

        return manual.ToString();
    }

    private static string Escape(string text) =>
        text.Replace("\"", "\\(dq", StringComparison.Ordinal).Replace("--", "\\-\\-", StringComparison.Ordinal);

    private static string Wrap(string text)
    {
        StringBuilder wrapped = new();
        int column = 0;
        foreach (string word in text.Split(' '))
        {
            bool isNext = column + word.Length + 1 > Width;
            wrapped
                .Append(
                    column == 0 ? ""
                    : isNext ? "\n"
                    : " "
                )
                .Append(word);
            column = (isNext ? 0 : column) + word.Length + 1;
        }

        return wrapped.ToString();
    }
}
