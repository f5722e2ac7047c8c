using System.Text;

namespace LamBoot.Fleet;

/// <summary>Columns of text, as wide as their widest cell, two blanks between them.</summary>
/// <param name="headers">The first row.</param>
public sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [headers];

    /// <summary>Adds a row; its cells are escaped already.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The lines of the table.</summary>
    public IEnumerable<string> Lines()
    {
        int[] widths = [.. headers.Select((_, column) => _rows.Max(row => row[column].Length))];
        foreach (string[] row in _rows)
        {
            StringBuilder line = new();
            for (int column = 0; column < row.Length; column++)
            {
                line.Append(row[column].PadRight(widths[column] + 2));
            }

            yield return line.ToString().TrimEnd();
        }
    }
}
