using System.Text;

namespace LamBoot.Pve.Config;

/// <summary>
/// An option of QEMU's command line with its properties, as <c>-fw_cfg name=opt/x,file=/y</c>: <c>key=value</c> separated by commas, a
/// comma in a value doubled (util/qemu-option.c).
/// </summary>
/// <param name="name">The option, without its dashes: <c>fw_cfg</c>.</param>
/// <param name="value">All of its properties, as text.</param>
/// <param name="properties">Each of them; of one without a key the key is empty.</param>
public sealed class QemuOption(string name, string value, List<(string Key, string Value)> properties)
{
    /// <summary>The option, without its dashes: <c>fw_cfg</c>.</summary>
    public string Name => name;

    /// <summary>All of its properties, as text.</summary>
    public string Value => value;

    /// <summary>Each of them; of one without a key the key is empty.</summary>
    public List<(string Key, string Value)> Properties => properties;

    /// <summary>QEMU's option of a file that the guest finds by a name.</summary>
    public const string FwCfg = "fw_cfg";

    /// <summary>QEMU's option of the tables that describe the machine to the guest.</summary>
    public const string Smbios = "smbios";

    /// <summary>A property's value; of two of a key QEMU takes the last. Null where there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isFirst">Whether the key may be left out, of the option's first property.</param>
    public string? Get(string key, bool isFirst = false)
    {
        string? found = null;
        for (int i = 0; i < Properties.Count; i++)
        {
            (string name, string value) = Properties[i];
            found = name == key || (isFirst && i == 0 && name.Length == 0) ? value : found;
        }

        return found;
    }

    /// <summary>The values of each property of a key, in order.</summary>
    public List<string> All(string key)
    {
        List<string> values = [];
        foreach ((string name, string value) in Properties)
        {
            if (name == key)
            {
                values.Add(value);
            }
        }

        return values;
    }

    /// <summary>A value as it stands within an option: its commas doubled.</summary>
    public static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    /// <summary>The options of some names in a command line, in order.</summary>
    /// <param name="arguments">The words of the command line.</param>
    public static List<QemuOption> In(IReadOnlyList<string> arguments)
    {
        List<QemuOption> options = [];
        for (int i = 0; i + 1 < arguments.Count; i++)
        {
            if (NameOf(arguments[i]) is { } name)
            {
                options.Add(Parse(name, arguments[++i]));
            }
        }

        return options;
    }

    /// <summary>Which of the options that can give a guest a file a word is; null for any other. QEMU takes one dash or two.</summary>
    internal static string? NameOf(string word) =>
        word switch
        {
            "-" + FwCfg or "--" + FwCfg => FwCfg,
            "-" + Smbios or "--" + Smbios => Smbios,
            _ => null,
        };

    internal static QemuOption Parse(string name, string value)
    {
        List<(string, string)> properties = [];
        foreach (string property in Split(value))
        {
            int equals = property.IndexOf('=', StringComparison.Ordinal);
            properties.Add(equals < 0 ? ("", property) : (property[..equals], property[(equals + 1)..]));
        }

        return new(name, value, properties);
    }

    private static IEnumerable<string> Split(string options)
    {
        StringBuilder option = new();
        for (int i = 0; i < options.Length; i++)
        {
            if (options[i] != ',')
            {
                option.Append(options[i]);
            }
            else if (i + 1 < options.Length && options[i + 1] == ',')
            {
                option.Append(options[i++]);
            }
            else
            {
                yield return option.ToString();
                option.Clear();
            }
        }

        yield return option.ToString();
    }
}
