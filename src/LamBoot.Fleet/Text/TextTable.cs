using System.Text;

namespace LamBoot.Fleet.Text;

/// <summary>Columns of text, as wide as their widest cell, two blanks between them.</summary>
/// <param name="headers">The first row.</param>
public sealed class TextTable(params string[] headers)
{
    private const int LeastLastColumn = 10;

    private readonly List<string[]> _rows = [headers];

    /// <summary>Adds a row; its cells are escaped already.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The lines of the table.</summary>
    /// <param name="width">How wide a line may be: the last column is cut to it. Null: as wide as it gets.</param>
    /// <param name="paint">Given a row's cells and a column, colours that cell's padded text. Null: no colours.</param>
    public IEnumerable<string> Lines(int? width = null, Func<string[], int, string, string>? paint = null)
    {
        int[] widths = [.. headers.Select((_, column) => _rows.Max(row => TextWidth.Of(row[column])) + 2)];
        int before = widths[..^1].Sum();
        int last = width is { } limit ? Math.Max(limit - before, LeastLastColumn) : int.MaxValue;
        foreach (string[] row in _rows)
        {
            StringBuilder line = new();
            for (int column = 0; column < row.Length; column++)
            {
                bool isLast = column == row.Length - 1;
                string cell = isLast ? TextWidth.Cut(row[column], last) : TextWidth.Pad(row[column], widths[column]);
                line.Append(paint is null || row == headers ? cell : paint(row, column, cell));
            }

            yield return line.ToString().TrimEnd();
        }
    }
}
