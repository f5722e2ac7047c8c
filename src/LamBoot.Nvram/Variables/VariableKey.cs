namespace LamBoot.Nvram.Variables;

/// <summary>What identifies a variable.</summary>
/// <param name="Name">The name, without NUL.</param>
/// <param name="Vendor">The vendor.</param>
internal readonly record struct VariableKey(string Name, Guid Vendor);
