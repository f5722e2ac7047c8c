using System.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>The number of bytes available on the page.</summary>
/// <param name="bytes">The total.</param>
internal sealed class PageRoom(int bytes)
{
    /// <summary>The number of bytes left.</summary>
    public int Left { get; private set; } = bytes;

    /// <summary>Uses up some bytes.</summary>
    public void Take(int count) => Left = Math.Max(Left - count, 0);

    /// <summary>Shares half of what is left among texts, in order: each is kept whole or becomes empty.</summary>
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
