using System.Reflection;
using System.Runtime.Loader;

namespace LamBoot.House;

/// <summary>
/// Examines compiled assemblies rather than source text: which refers to which, and which namespaces and types refer to each other in
/// cycles. An upward arrow is an error; cycles are listed. (A constant leaves no trace in the code that uses it.)
/// </summary>
internal static class Program
{
    // Each row may only refer to the rows before it.
    private static readonly string[][] Floors =
    [
        ["LamBoot.Nvram", "LamBoot.Linux"],
        ["LamBoot.Pve"],
        ["LamBoot.Fleet"],
        ["lamboot-hook", "lamboot-hook-commands", "lamboot-pve-monitor"],
    ];

    private static int Main(string[] paths)
    {
        string[] folders = [.. paths.Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!)];
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            folders.Select(folder => Path.Combine(folder, name.Name + ".dll")).FirstOrDefault(File.Exists) is { } found
                ? context.LoadFromAssemblyPath(found)
                : null;
        Assembly[] assemblies =
        [
            .. paths.Select(path => AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path))),
        ];
        string[] upwards = [.. assemblies.SelectMany(Upwards)];
        foreach (string arrow in upwards)
        {
            Console.Error.WriteLine($"house: {arrow}");
        }

        Graph types = new();
        Graph namespaces = new();
        foreach (Type type in assemblies.SelectMany(assembly => assembly.GetTypes()).Where(References.IsOurs))
        {
            foreach (Type used in References.Of(type))
            {
                types.Add(References.Outermost(type).FullName!, References.Outermost(used).FullName!);
                namespaces.Add(type.Namespace!, used.Namespace!);
            }
        }

        List("circle of namespaces", namespaces);
        List("circle of types", types);
        return upwards.Length == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Upwards(Assembly assembly)
    {
        int floor = FloorOf(assembly.GetName().Name!);
        return floor < 0
            ? [$"{assembly.GetName().Name} has no floor in the house"]
            : assembly
                .GetReferencedAssemblies()
                .Where(used => FloorOf(used.Name!) >= floor)
                .Select(used => $"{assembly.GetName().Name} refers to {used.Name}, which is not below it");
    }

    private static int FloorOf(string assembly) => Array.FindIndex(Floors, floor => floor.Contains(assembly));

    private static void List(string title, Graph graph)
    {
        foreach (IReadOnlyList<string> circle in graph.Circles())
        {
            Console.WriteLine($"{title}: {string.Join(", ", circle)}");
        }
    }
}
