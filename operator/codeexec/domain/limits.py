"""What each step of a run is given, out of the limits of the whole."""

from codeexec.domain.program import Item
from codeexec.domain.quantity import memory_bytes
from codeexec.models.status import EffectiveLimits

BUILD_BYTES = 32 << 20
"""Room beside `diskBytes` for what a compiler writes."""
SOURCE_BYTES = 4 << 20
"""Room for the program's own files: as much as the store takes, and a page for each of 200 files."""
SHARED_OUTPUT_BYTES = 524_288
"""Output kept of all items of a batch together; more does not fit into status."""


def of_item(limits: EffectiveLimits, item: Item) -> EffectiveLimits:
    """Never more than the whole run has: the policy's rules have refused that."""
    asked = item.limits
    return limits.but(
        memory=asked.memory or limits.memory,
        timeout_seconds=item.timeout_seconds or limits.timeout_seconds,
        cpu_time_seconds=asked.cpu_time_seconds or limits.cpu_time_seconds,
        processes=asked.processes or limits.processes,
        max_output_bytes=asked.max_output_bytes or limits.max_output_bytes,
        # Of the run's own, memory may have left less than the policy has.
        disk_bytes=min(asked.disk_bytes or limits.disk_bytes, limits.disk_bytes),
    )


def kept_output(limits: EffectiveLimits, items: int) -> int:
    """Bytes of each stream that an item keeps; a batch shares what fits into one status."""
    return limits.output_bytes if items == 1 else min(limits.output_bytes, SHARED_OUTPUT_BYTES // (2 * items))


def sandbox_memory(limits: EffectiveLimits) -> int:
    """Bytes of the Pod's own limit: enough for the run and for the compiler. Who may use less of it is held by the
    runner."""
    compiler = memory_bytes(limits.compile.memory) if limits.compile else 0
    return max(memory_bytes(limits.memory), compiler)


def scratch_bytes(limits: EffectiveLimits) -> int:
    """Size of each of the two volumes. Files are memory: both full must leave room for the program."""
    extra = BUILD_BYTES if limits.compile else SOURCE_BYTES
    return min(limits.disk_bytes + extra, sandbox_memory(limits) * 3 // 8)
