using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Layout;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.SecureBoot;

/// <summary>
/// <c>lamboot-hook enroll</c>: enrolls a certificate in a VM's own store, or in an image file, without anyone at a console.
/// </summary>
internal static class EnrollCommand
{
    // pve-edk2-firmware's, and Debian's own for x86-64 and arm64. Only their keys are read, which are the same for both.
    private static readonly string[] Templates =
    [
        "/usr/share/pve-edk2-firmware/OVMF_VARS_4M.ms.fd",
        "/usr/share/OVMF/OVMF_VARS_4M.ms.fd",
        "/usr/share/AAVMF/AAVMF_VARS.ms.fd",
    ];

    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "enroll",
            """
            Enroll a Secure Boot certificate in stopped VMs' own variable stores, keeping everything else in them.

            Example: lamboot-hook enroll 900 --cert lamboot.crt
            """
        );
        VmSelection selection = new(command, withAll: false);
        Option<string> cert = File("--cert", "Certificate to add to db (PEM or DER)");
        cert.Required = true;
        Option<Guid> owner = new("--owner")
        {
            Description = "Owner GUID for the certificates (default: LamBoot's)",
            HelpName = "GUID",
            CustomParser = result =>
            {
                if (!Guid.TryParse(result.Tokens[0].Value, out Guid guid))
                {
                    result.AddError("--owner: expected a GUID");
                }

                return guid;
            },
        };
        Option<string> kek = File("--kek", "Keys to append to KEK (certificate, .esl or .auth)");
        Option<string> pk = File("--pk", "Platform key; replaces an existing one");
        Option<string> dbx = File("--dbx", "What to forbid: appended to dbx (certificate, .esl or .auth)");
        Option<bool> microsoft = new("--microsoft")
        {
            Description = "In a store without keys, also enroll Microsoft's from the firmware's template",
        };
        Option<string> vars = File("--vars", "Read this image file instead of a VM's store");
        Option<string> output = File("--out", "New file to write the image to (with --vars)");
        Option<bool> force = new("--force") { Description = "Let --out overwrite an existing file" };
        Option<bool> setup = new("--setup")
        {
            Description =
                "Turn Secure Boot on in a store in setup mode; from then on, only what a key in db has signed boots",
        };
        Option<bool> dryRun = ProgramOptions.DryRun();
        selection.AddWay(command, vars);
        foreach (Option option in (Option[])[cert, owner, kek, pk, dbx, microsoft, setup, output, force, dryRun])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            bool hasVars = result.GetResult(vars) is not null;
            if (hasVars != result.GetResult(output) is not null)
            {
                result.AddError("expected VMIDs, or --vars FILE and --out FILE");
            }
            else if (result.GetValue(force) && !hasVars)
            {
                result.AddError("--force needs --out FILE");
            }
        });
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            Guid by = result.GetResult(owner) is null ? EfiGuids.LamBoot : result.GetValue(owner);
            byte[]? Read(Option<string> file) => result.GetValue(file) is { } path ? KeyFile.ReadKeys(path, by) : null;
            KeysToEnroll keys = new()
            {
                Db = KeyFile.ReadCertificates(result.GetValue(cert)!, by),
                Kek = Read(kek),
                Pk = Read(pk),
                Dbx = Read(dbx),
                Template = result.GetValue(microsoft) ? ReadTemplate(root) : null,
            };
            Enroller enroller = new(root, keys, result.GetValue(setup), result.GetValue(dryRun));
            if (result.GetValue(vars) is not { } image)
            {
                IReadOnlyList<int> vmids = selection.Vmids(result, root, options.Fleet(result).Config);
                return enroller.EnrollVms(vmids, selection.IsByName(result));
            }

            enroller.EnrollImage(image, result.GetValue(output)!, result.GetValue(force));
            return 0;
        });
        return command;
    }

    private static Option<string> File(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };

    private static byte[] ReadTemplate(HostRoot root)
    {
        string path =
            Templates.Select(root.Resolve).FirstOrDefault(FileQuery.IsFile)
            ?? throw new HostException(
                $"{Templates[0]}, the source of Microsoft's keys, is missing: apt install pve-edk2-firmware"
            );
        return new StoreFile(path).ReadVolume();
    }
}
