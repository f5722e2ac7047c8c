using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LamBoot.Testing.Reference;

/// <summary>The XML documentation of an assembly's members as Markdown, for generated pages.</summary>
public sealed partial class XmlDocs
{
    private readonly Dictionary<string, string> _summaries;

    /// <param name="assembly">The assembly; its documentation file is beside it.</param>
    public XmlDocs(Assembly assembly) =>
        _summaries = XDocument
            .Load(Path.ChangeExtension(assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => Markdown(member.Element("summary")!));

    /// <summary>The description of an enumeration member.</summary>
    public string Of(Enum value) => _summaries[$"F:{value.GetType().FullName}.{value}"];

    /// <summary>The description of a property.</summary>
    public string Of(Type type, string property) => _summaries[$"P:{type.FullName}.{property}"];

    /// <summary>The description of a field.</summary>
    public string OfField(Type type, string field) => _summaries[$"F:{type.FullName}.{field}"];

    /// <summary>The value of a string constant, whatever its accessibility.</summary>
    public static string ConstantOf(Type type, string field) =>
        (string)type.GetField(field, BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;

    private static string Markdown(XElement summary)
    {
        IEnumerable<string> parts = summary
            .Nodes()
            .Select(node => node is XElement { Name.LocalName: "c" } code ? $"`{code.Value}`" : $"{node}");
        return Space().Replace(string.Concat(parts), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
