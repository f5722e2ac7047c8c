namespace LamBoot.Fleet.Text;

/// <summary>A column of a table that leaves columns out where a line has no room for all.</summary>
/// <param name="Header">The header.</param>
/// <param name="Rank">The higher, the sooner it goes; <see cref="TableColumns.Always"/> stays.</param>
/// <param name="Cell">The cell of a row, escaped.</param>
/// <typeparam name="T">What a row is of.</typeparam>
public sealed record TableColumn<T>(string Header, int Rank, Func<T, string> Cell);
