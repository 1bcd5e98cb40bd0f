"""What Pods use, read off their cgroups on the node: by a witness that is neither our runner nor in the Pod.

One process in the node looks at every new container 200 times a second, before all others, and writes down what it
sees. It reads cgroup v1, as the development cluster has it.
"""

import subprocess
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.harness.surroundings import environment
from tests.harness.waiting import until

_LOOK = r"""
use strict; use Time::HiRes qw(time); $| = 0;
my %files = (cpu => 'cpuacct', usage => 'memory', most => 'memory', stat => 'memory');
my %names = (cpu => 'cpuacct.usage', usage => 'memory.usage_in_bytes', most => 'memory.max_usage_in_bytes',
             stat => 'memory.stat');
my $containers = '/sys/fs/cgroup/memory/kubelet*/kubepods*/burstable/pod*/*/';
my (%open, $scanned, $flushed); my %old = map { $_ => 1 } glob $containers;
sub look { my ($h) = @_; my $text = ''; sysseek($h, 0, 0); sysread($h, $text, 4096) or return; return $text }
setpriority(0, 0, -15);
print "looking\n"; STDOUT->flush();
while (1) {
  my $now = time;
  if ($now - ($scanned // 0) > 0.02) {
    $scanned = $now;
    for my $folder (glob $containers) {
      next if $open{$folder} || $old{$folder};
      (my $other = $folder) =~ s,^/sys/fs/cgroup/memory/,/sys/fs/cgroup/cpuacct/,;
      my %at = (memory => $folder, cpuacct => $other);
      my (%new, $pid);
      for my $what (keys %names) { open($new{$what}, '<', "$at{$files{$what}}$names{$what}") or last }
      # PID 1 of the container: its own processor time is not the program's. The first processes here are the container
      # runtime's and go again: then all of it is opened anew.
      if (open(my $processes, '<', "${folder}cgroup.procs")) { chomp($pid = <$processes> // '') }
      next unless $pid && open($new{runner}, '<', "/proc/$pid/stat") && keys %new == 5;
      $open{$folder} = \%new;
    }
  }
  for my $folder (keys %open) {
    my ($pod, $container) = $folder =~ m,/pod([^/]+)/([^/]+)/$, or next;
    my %seen = map { $_ => look($open{$folder}{$_}) } keys %{$open{$folder}};
    if (grep { !defined } values %seen) { delete $open{$folder}; next }
    my ($cache) = $seen{stat} =~ /^cache (\d+)/m; my ($shmem) = $seen{stat} =~ /^shmem (\d+)/m; $shmem //= 0;
    chomp(my ($cpu, $usage, $most) = @seen{qw(cpu usage most)});
    my ($user, $system) = (split ' ', $seen{runner} =~ s/.*\) //sr)[11, 12];
    printf "%s %s %.6f %d %d %d %d %d\n", $pod, $container, time, $cpu, $user + $system, $usage, $most, $cache - $shmem;
  }
  if ($now - ($flushed // 0) > 0.2) { $flushed = $now; printf "now %.6f\n", $now; STDOUT->flush() }
  vec(my $end = '', 0, 1) = 1;
  last if select($end, undef, undef, 0.005);
}
"""


@dataclass(frozen=True, slots=True)
class Look:
    at: float
    """Seconds since the epoch, by the clock that all containers of the node share."""
    cpu: float
    """Seconds, of all processes."""
    runner: float
    """Seconds of them that PID 1 has used, in hundredths."""
    memory: int
    """Bytes charged at this moment."""
    most: int
    """The kernel's high-water mark of `memory`."""
    cache: int
    """Page cache in it that belongs to no tmpfs file."""


@dataclass(frozen=True, slots=True)
class Used:
    cpu_ms: float
    memory: int
    looks: int


class Cgroups:
    """Looks while it is open."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._now = 0.0
        self._looks: dict[str, dict[str, list[Look]]] = defaultdict(lambda: defaultdict(list))

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603
            ["docker", "exec", "-i", self._node, "perl", "-e", _LOOK],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == "looking\n", "the node has no perl, or does not answer"
        self._reader = threading.Thread(target=self._read, name="cgroups", daemon=True)
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._reader.join()
        self._process.stdout.close()

    async def seen(self, at: float) -> None:
        """Everything up to this time has been read."""

        async def look() -> bool:
            return self._now > at

        await until(look, "the witness up to date")

    def used(self, pod: str, begin: float, end: float) -> Used:
        """Of the Pod with this uid, in this time, the runner's share of CPU time left out. Memory is the peak, without
        the page cache from before."""
        containers = list(self._looks[pod].values())
        assert containers, f"nothing was seen of Pod {pod}"
        looks = max(containers, key=lambda seen: seen[-1].cpu)  # the other one only holds the Pod's namespaces
        within = [look for look in looks if begin <= look.at <= end]
        assert within, f"nobody looked at Pod {pod} in time"
        first, last = within[0], within[-1]
        # The kernel's mark is of the container's whole life: it speaks of this time if it rose.
        peak = last.most if last.most > first.most else max(look.memory for look in within)
        cpu = [_between(looks, at, lambda look: look.cpu - look.runner) for at in (begin, end)]
        return Used(1000 * (cpu[1] - cpu[0]), peak - first.cache, len(within))

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("now "):
                self._now = float(line.split()[1])
                continue
            pod, container, at, cpu, runner, *sizes = line.split()
            look = Look(float(at), int(cpu) / 1e9, int(runner) / 100, *map(int, sizes))
            self._looks[pod][container].append(look)


def _between(looks: list[Look], at: float, figure: Callable[[Look], float]) -> float:
    """At a moment between two looks, by the straight line."""
    place = bisect_left(looks, at, key=lambda look: look.at)
    if place in (0, len(looks)):
        return figure(looks[min(place, len(looks) - 1)])
    before, after = looks[place - 1], looks[place]
    return figure(before) + (figure(after) - figure(before)) * (at - before.at) / (after.at - before.at)
