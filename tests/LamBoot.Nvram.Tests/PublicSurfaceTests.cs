using System.Reflection;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests;

/// <summary>The library's public API changes only on purpose.</summary>
public sealed class PublicSurfaceTests
{
    [Fact]
    public void It_is_as_approved()
    {
        IEnumerable<string> lines = typeof(VariableStore)
            .Assembly.GetExportedTypes()
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .SelectMany(type => Members(type).Prepend(type.Name));

        (string.Join('\n', lines) + "\n").ShouldBeGolden();
    }

    private static IEnumerable<string> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => member is not MethodBase { IsSpecialName: true } || member is ConstructorInfo)
            .Where(member => !member.Name.Contains('<', StringComparison.Ordinal))
            .Select(member => $"    {member}")
            .Order(StringComparer.Ordinal);
}
