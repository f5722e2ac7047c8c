using LamBoot.Fleet;

namespace LamBoot.Monitor;

/// <summary>A VM of a survey.</summary>
/// <param name="Record">Its health.</param>
/// <param name="IsAttached">Whether its configuration names our hookscript or carries our item: it is meant to run LamBoot.</param>
internal sealed record VmHealth(HealthRecord Record, bool IsAttached)
{
    /// <summary>Whether it has no OVMF.</summary>
    public bool IsWithoutOvmf => IsError("not-ovmf");

    /// <summary>Whether it says nothing since LamBoot never ran in it. A VM that is not to run it is not an error.</summary>
    public bool IsWithoutLamBoot => IsWithoutOvmf || IsError("no-lamboot-variables") || IsError("no-efidisk");

    /// <summary>Whether its store could not be read.</summary>
    public bool IsReadError => Record.Error is not null && !IsWithoutLamBoot;

    private bool IsError(string word) => Record.Error?.StartsWith(word + ":", StringComparison.Ordinal) == true;
}
