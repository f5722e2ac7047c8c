namespace LamBoot.Hook.Tests.Trouble;

/// <summary>A configuration on pmxcfs: a library loaded before libc refuses what pmxcfs refuses, with the same error numbers.</summary>
public sealed class PmxcfsTests
{
    private const string Shim = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>

        static int refuse(const char *what, int error) {
            FILE *log = fopen(getenv("PMXCFS_LOG"), "a");
            fprintf(log, "%s\n", what);
            fclose(log);
            errno = error;
            return -1;
        }

        int open(const char *path, int flags, ...) {
            va_list arguments;
            va_start(arguments, flags);
            int mode = va_arg(arguments, int);
            va_end(arguments);
            int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
            if (strstr(path, "/etc/pve/") && (flags & O_CREAT) && getenv("PMXCFS_NO_QUORUM"))
                return refuse("create", EACCES);
            return real(path, flags, mode);
        }

        int fchmod(int fd, mode_t mode) {
            char path[4096] = "", link[64];
            int (*real)(int, mode_t) = dlsym(RTLD_NEXT, "fchmod");
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            if (readlink(link, path, sizeof path - 1) > 0 && strstr(path, "/etc/pve/")) return refuse("fchmod", EPERM);
            return real(fd, mode);
        }

        int chmod(const char *path, mode_t mode) { return refuse("chmod", EPERM); }
        int link(const char *from, const char *to) { return refuse("link", EPERM); }
        int symlink(const char *from, const char *to) { return refuse("symlink", ENOSYS); }
        """;

    [Fact]
    public void Nothing_that_it_refuses_is_tried()
    {
        using HostTree tree = new();
        tree.AddVm(100);

        ProgramResult result = Run(tree);

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldNotContain("error:");
        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
        File.Exists(tree.Path("/refused")).ShouldBeFalse();
    }

    [Fact]
    public void Without_quorum_the_configuration_stays_and_the_task_log_says_so()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = Run(tree, ("PMXCFS_NO_QUORUM", "1"));

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain(
            "Permission denied (no quorum? check with: pvecm status); the next start tries again"
        );
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
        File.ReadAllText(tree.Path("/refused")).ShouldBe("create\n");
    }

    private static ProgramResult Run(HostTree tree, params (string Name, string Value)[] environment)
    {
        tree.Write("/shim.c", "#include <unistd.h>\n" + Shim);
        ProgramResult
            .Run("gcc", ["-shared", "-fPIC", "-o", tree.Path("/shim.so"), tree.Path("/shim.c"), "-ldl"])
            .ExitCode.ShouldBe(0);
        return tree.Phase(
            100,
            "pre-start",
            [("LD_PRELOAD", tree.Path("/shim.so")), ("PMXCFS_LOG", tree.Path("/refused")), .. environment]
        );
    }
}
