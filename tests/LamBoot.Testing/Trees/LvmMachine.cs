namespace LamBoot.Testing.Trees;

/// <summary>A script that ran as root in its own small virtual machine, whose kernel has device-mapper: <c>tests/lvm/run</c>.</summary>
/// <param name="script">The script's path in the repository.</param>
public sealed class LvmMachine(params string[] script)
    : CheckScript(
        "no machine with device-mapper is to be had here",
        Repository.File("tests", "lvm", "run"),
        Repository.File(script)
    );
