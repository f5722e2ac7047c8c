using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Output.Page;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Tests.Output.Page;

/// <summary>What the page says about a VM, and how many bytes it takes.</summary>
public sealed class PageTests
{
    private const int Limit = 200_000;

    [Fact]
    public void A_row_reads_like_a_sentence()
    {
        PageVm vm = PageVms.Vm(
            PageVms.Record(101, HealthStatus.Critical, reason: "kernel panic: Out of memory", entry: "debian-6.13"),
            PageVms.Record(101, HealthStatus.Healthy, TimeSpan.FromDays(1)),
            PageVms.Record(101, HealthStatus.Critical, TimeSpan.FromHours(3))
        );
        vm = vm with { Vm = vm.Vm with { Since = PageVms.Now.AddHours(-3) } };

        string page = PageVms.Page(vm).Replace('\u00a0', ' '); // times contain no-break spaces

        page.ShouldContain("<b>101</b> <span class=\"name\">vm101</span> <i>critical</i><small>web</small>");
        page.ShouldContain(
            "<p><strong>Kernel panic: Out of memory</strong> since 27 Nov 09:00 (3 h). Booted <span class=\"entry\">debian-6.13</span>, 27 Nov 12:00; "
                + "last good <span class=\"entry\">debian-6.12</span>, 26 Nov 12:00. The 3 boots before it were not confirmed.</p>"
        );
    }

    /// <summary>The tiles are links, which the style uses as filters.</summary>
    [Fact]
    public void The_tiles_count()
    {
        string page = PageVms.Page(
            PageVms.Vm(PageVms.Record(100, HealthStatus.Critical)),
            PageVms.Vm(PageVms.Record(101, HealthStatus.Healthy)),
            PageVms.Vm(PageVms.Record(102, HealthStatus.Healthy))
        );

        page.ShouldContain("<a class=\"tile critical\" href=\"#critical\"><b>1</b> critical</a>");
        page.ShouldContain("<a class=\"tile healthy\" href=\"#healthy\"><b>2</b> healthy</a>");
        page.ShouldContain("<a class=\"tile warning zero\" href=\"#warning\"><b>0</b> warning</a>");
        page.ShouldContain("<a class=\"tile all\" href=\"#all\"><b>3</b> all VMs</a>");
        page.ShouldContain("No VM is warning.");
        page.ShouldContain("<title>1 critical, pve1: boot health</title>");
    }

    [Fact]
    public void A_cluster_names_each_VMs_node_and_those_that_say_nothing()
    {
        PageVm here = PageVms.Vm(PageVms.Record(100, HealthStatus.Healthy));
        PageVm there = PageVms.Vm(PageVms.Record(101, HealthStatus.Healthy, node: "pve2"));
        SurveyResult cluster = new([here.Vm, there.Vm], new VmFilter())
        {
            Node = "pve1",
            Cluster = "lab",
            Nodes = 3,
            SilentNodes = [SilentNode.Record("pve3", "ssh: <no route>", PageVms.Now)],
        };

        string page = HtmlPage.Text(new(cluster, [here, there], TimeSpan.FromSeconds(60), PageVms.Now));

        PageVms.Page(here).ShouldNotContain("<div class=\"node\">");
        page.ShouldContain("<div class=\"node\">pve2</div>");
        page.ShouldContain("<h1>Boot health of lab</h1>");
        page.ShouldContain("2 VMs on 2 of 3 nodes");
        page.ShouldContain("<b>Node pve3 did not report its VMs</b>: ssh: &lt;no route&gt;</p>");
    }

    [Fact]
    public void A_crash_unfolds_with_its_last_lines_escaped()
    {
        string text = string.Join('\n', Enumerable.Range(1, 100).Select(line => $"<b>line {line}</b>\u001b"));
        PageVm vm = PageVms.Vm(PageVms.Record(100, HealthStatus.Critical)) with { Crash = PageVms.Crash(text) };

        string page = PageVms.Page(vm);

        page.ShouldContain(
            "<summary>Last kernel messages (100 lines)</summary><pre id=\"crash-100\">&lt;b&gt;line 61&lt;/b&gt;\\u{1b}\n"
        );
        page.ShouldContain("line 100&lt;/b&gt;\\u{1b}</pre>");
    }

    [Fact]
    public void Two_hundred_VMs_take_less_than_200_KB_however_much_there_is_to_say()
    {
        string crash = string.Join('\n', Enumerable.Repeat(new string('x', 100), 60));
        PageVm[] vms =
        [
            .. Enumerable
                .Range(100, 200)
                .Select(vmid =>
                    PageVms.Vm(
                        PageVms.Record(
                            vmid,
                            vmid < 150 ? HealthStatus.Critical : HealthStatus.Healthy,
                            reason: new string('r', 100),
                            entry: $"debian-6.12.{vmid}-amd64"
                        ),
                        [
                            .. Enumerable
                                .Range(0, 40)
                                .Select(day =>
                                    PageVms.Record(vmid, (HealthStatus)(day % 4), TimeSpan.FromHours(17 * (40 - day)))
                                ),
                        ]
                    ) with
                    {
                        Crash = PageVms.Crash(crash),
                        Console = new(new byte[6_000], PageVms.Now, Fault: null),
                    }
                ),
        ];

        string page = PageVms.Page(vms);

        Encoding.UTF8.GetByteCount(page).ShouldBeInRange(100_000, Limit);
        page.Split("<li class=\"vm ").Length.ShouldBe(1 + 200 + 2); // two statuses that no VM has
    }

    /// <summary>With few VMs, there is room for everything.</summary>
    [Fact]
    public void Consoles_crashes_and_what_happened_at_each_boot_are_on_the_page_of_a_few()
    {
        PageVm[] vms =
        [
            .. Enumerable
                .Range(100, 3)
                .Select(vmid =>
                    PageVms.Vm(
                        PageVms.Record(vmid, HealthStatus.Critical),
                        [
                            .. Enumerable
                                .Range(1, 20)
                                .Select(day => PageVms.Record(vmid, HealthStatus.Healthy, TimeSpan.FromDays(21 - day))),
                        ]
                    ) with
                    {
                        Crash = PageVms.Crash("the end"),
                        Console = new(new byte[20_000], PageVms.Now, Fault: null),
                    }
                ),
        ];

        string page = PageVms.Page(vms);

        page.Split("src=\"data:image/png;base64,").Length.ShouldBe(4);
        page.Split("<pre id=\"crash-").Length.ShouldBe(4);
        page.Split("tabindex=\"0\"").Length.ShouldBe(1 + (3 * 21));
        Encoding.UTF8.GetByteCount(page).ShouldBeLessThan(Limit);
    }

    [Fact]
    public void A_guest_does_not_choose_how_long_its_row_is()
    {
        string hostile = new('<', 10_000);
        PageVm vm = PageVms.Vm(
            PageVms.Record(100, HealthStatus.Critical, reason: hostile, entry: hostile),
            PageVms.Record(100, HealthStatus.Healthy, TimeSpan.FromHours(1), entry: hostile)
        );

        PageVms.Page(vm).Length.ShouldBeLessThan(PageVms.Page().Length + 5_000);
    }
}
