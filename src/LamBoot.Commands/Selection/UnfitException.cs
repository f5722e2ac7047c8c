using LamBoot.Linux;

namespace LamBoot.Commands.Selection;

/// <summary>A change that a VM is not fit for: no failure where all VMs were asked for.</summary>
internal sealed class UnfitException(string message) : HostException(message);
