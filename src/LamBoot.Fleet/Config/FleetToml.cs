using System.Globalization;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace LamBoot.Fleet.Config;

/// <summary>A message about a position in <c>fleet.toml</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Message">What was found and what was expected.</param>
public readonly record struct FleetFinding(string Path, int Line, int Column, string Message)
{
    /// <summary><c>path:line:column: message</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Path}:{Line}:{Column}: {Message}");
}

/// <summary>
/// A parsed <c>fleet.toml</c>. It is read from the syntax tree rather than deserialized: that gives errors their positions, and is cheaper
/// too.
/// </summary>
public sealed class FleetToml
{
    private const int MaximumSize = 1 << 20;

    private readonly List<FleetFinding> _errors = [];
    private readonly List<FleetFinding> _unknownKeys = [];

    private FleetToml(string path) => Path = path;

    /// <summary>The path, whether or not the file exists.</summary>
    public string Path { get; }

    /// <summary>
    /// The settings. If there are <see cref="Errors"/>, only what could be read: enough to know <c>on_error</c> and the paths, but not to
    /// write an identity.
    /// </summary>
    public FleetConfig Config { get; } = new();

    /// <summary>Syntax errors and violations of the schema's rules, in file order.</summary>
    public IReadOnlyList<FleetFinding> Errors => _errors;

    /// <summary>Whether the file states its schema version; upstream's files may not. True if there is no file.</summary>
    public bool HasVersion { get; private set; } = true;

    /// <summary>Keys that are not in the schema; they are ignored.</summary>
    public IReadOnlyList<FleetFinding> UnknownKeys => _unknownKeys;

    /// <summary>Reads the file. A missing file is not an error: it means no fleet and no roles.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isNamed">Whether the user named the file: then it must exist.</param>
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

    /// <summary>Parses the bytes of a file.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="path">The path to use in findings.</param>
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
