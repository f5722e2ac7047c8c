namespace LamBoot.Fleet.Text;

/// <summary>A column of a table that drops columns when a line has no room for all of them.</summary>
/// <param name="Header">The header.</param>
/// <param name="Rank">The higher the rank, the sooner the column is dropped; <see cref="TableColumns.Always"/> stays.</param>
/// <param name="Cell">Returns the escaped cell of a row.</param>
/// <typeparam name="T">The type of the row items.</typeparam>
public sealed record TableColumn<T>(string Header, int Rank, Func<T, string> Cell);
