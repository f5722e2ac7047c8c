namespace LamBoot.Fleet;

/// <summary>This product.</summary>
public static class Product
{
    /// <summary>Its version, <c>major.minor.patch</c>.</summary>
    public const string Version = ThisAssembly.Version;
}
