using System.Globalization;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace LamBoot.Fleet.Config;

/// <summary>Something to say about a place in <c>fleet.toml</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Message">What was found, and what was expected.</param>
public readonly record struct FleetFinding(string Path, int Line, int Column, string Message)
{
    /// <summary><c>path:line:column: message</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Path}:{Line}:{Column}: {Message}");
}

/// <summary>
/// <c>fleet.toml</c>, read. Errors come with positions, so the syntax tree is read, not a deserialised object: it is the
/// cheaper way too.
/// </summary>
public sealed class FleetToml
{
    private const int MaximumSize = 1 << 20;

    private readonly List<FleetFinding> _errors = [];
    private readonly List<FleetFinding> _unknownKeys = [];

    private FleetToml(string path) => Path = path;

    /// <summary>Where it is, be it there or not.</summary>
    public string Path { get; }

    /// <summary>
    /// What the file says. Where <see cref="Errors"/> has any, what could be read of it: enough to know
    /// <c>on_error</c> and the paths, not to write an identity from.
    /// </summary>
    public FleetConfig Config { get; } = new();

    /// <summary>The breaches of syntax and of the schema's rules, in the order of the file.</summary>
    public IReadOnlyList<FleetFinding> Errors => _errors;

    /// <summary>Whether it says by which schema it is written; upstream's files may not. True where there is no file.</summary>
    public bool HasVersion { get; private set; } = true;

    /// <summary>Keys that the schema does not have; they are ignored.</summary>
    public IReadOnlyList<FleetFinding> UnknownKeys => _unknownKeys;

    /// <summary>Reads the file. One that is missing is no error: there is no fleet then, and no role.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isNamed">Whether somebody has named it: then it has to be there.</param>
    public static FleetToml Read(string path, bool isNamed = false)
    {
        FleetToml fleet = new(path);
        byte[]? bytes;
        try
        {
            bytes = FileReader.ReadAllOrNull(path, MaximumSize);
            if (bytes is null && isNamed)
            {
                throw new HostException("no such file");
            }

            if (bytes is null && FileQuery.IsLink(path))
            {
                throw new HostException("a dangling symbolic link (is pve-cluster running?)");
            }
        }
        catch (HostException e)
        {
            fleet._errors.Add(new(path, 1, 1, e.Message));
            return fleet;
        }

        if (bytes is not null)
        {
            fleet.Parse(bytes);
        }

        return fleet;
    }

    /// <summary>Reads the file's bytes.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="path">The name that findings give.</param>
    public static FleetToml Parse(ReadOnlySpan<byte> bytes, string path)
    {
        FleetToml fleet = new(path);
        fleet.Parse(bytes);
        return fleet;
    }

    private void Parse(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        int replaced = text.IndexOf('\ufffd', StringComparison.Ordinal);
        if (replaced >= 0 && !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            int line = text.AsSpan(0, replaced).Count('\n') + 1;
            int column = replaced - text.AsSpan(0, replaced).LastIndexOf('\n');
            _errors.Add(new(Path, line, column, "not UTF-8; save the file as UTF-8"));
            return;
        }

        DocumentSyntax document = SyntaxParser.Parse(text, Path);
        foreach (DiagnosticMessage message in document.Diagnostics)
        {
            if (message.Kind == DiagnosticMessageKind.Error)
            {
                Error(message.Span, message.Message);
            }
        }

        FleetSchema schema = new(Config, Error, Unknown);
        schema.ReadAll(document);
        HasVersion = schema.HasVersion;
    }

    private void Error(SourceSpan span, string message) => _errors.Add(Finding(span, message));

    private void Unknown(SourceSpan span, string message) => _unknownKeys.Add(Finding(span, message));

    private FleetFinding Finding(SourceSpan span, string message) =>
        new(Path, span.Start.Line + 1, span.Start.Column + 1, message.ReplaceLineEndings(" ").Trim());
}
