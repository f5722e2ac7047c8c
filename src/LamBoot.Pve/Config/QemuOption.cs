using System.Text;

namespace LamBoot.Pve.Config;

/// <summary>
/// An option on QEMU's command line with its properties, such as <c>-fw_cfg name=opt/x,file=/y</c>: <c>key=value</c> pairs separated by
/// commas, with commas in values doubled (util/qemu-option.c).
/// </summary>
/// <param name="name">The option, without its dashes: <c>fw_cfg</c>.</param>
/// <param name="value">All of its properties, as text.</param>
/// <param name="properties">The properties; one without a key has an empty key.</param>
public sealed class QemuOption(string name, string value, List<(string Key, string Value)> properties)
{
    /// <summary>The option, without its dashes: <c>fw_cfg</c>.</summary>
    public string Name => name;

    /// <summary>All of its properties, as text.</summary>
    public string Value => value;

    /// <summary>The properties; one without a key has an empty key.</summary>
    public List<(string Key, string Value)> Properties => properties;

    /// <summary>The QEMU option for a file that the guest looks up by name.</summary>
    public const string FwCfg = "fw_cfg";

    /// <summary>The QEMU option for the tables that describe the machine to the guest.</summary>
    public const string Smbios = "smbios";

    /// <summary>The value of a property; if the key occurs twice, the last one, as in QEMU. Null if there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isFirst">Whether the key may be omitted in the option's first property.</param>
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

    /// <summary>The values of all properties with a key, in order.</summary>
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

    /// <summary>Escapes a value for use in an option by doubling its commas.</summary>
    public static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    /// <summary>Finds the options with some names in a command line, in order.</summary>
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

    /// <summary>
    /// The name of the option that a word is, among those that can give a guest a file; null for any other. QEMU accepts one or two dashes.
    /// </summary>
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
