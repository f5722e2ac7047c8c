using System.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>How many bytes the page has room for.</summary>
/// <param name="bytes">All of it.</param>
internal sealed class PageRoom(int bytes)
{
    /// <summary>What is left.</summary>
    public int Left { get; private set; } = bytes;

    /// <summary>Takes some.</summary>
    public void Take(int count) => Left = Math.Max(Left - count, 0);

    /// <summary>Shares half of what is left among texts in their order: each is whole, or empty.</summary>
    public string[] Share(string[] texts)
    {
        int most = Left / 2;
        string[] shared = new string[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            int size = Encoding.UTF8.GetByteCount(texts[i]);
            bool fits = size <= most;
            shared[i] = fits ? texts[i] : "";
            most -= fits ? size : 0;
            Take(fits ? size : 0);
        }

        return shared;
    }
}
