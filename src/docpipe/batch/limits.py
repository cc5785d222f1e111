"""Takes from a worker process what a file could abuse: memory, time, open files, the size of what it writes, the network.

The kernel enforces it. Linux does all of it, macOS no limit of memory, Windows nothing; what lacks is told by name. The
limits hold for the process for ever, except the processor time, which is set anew for each file.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from typing import Literal

from docpipe.settings import Limits

Lacking = Literal["memory", "cpu", "open-files", "output", "network"]
"""A limit that a system does not offer."""

_PARENT_DEATH_SIGNAL = 1
_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000
_CONNECTING = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"})
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def restrict(limits: Limits) -> tuple[Lacking, ...]:
    """Restrict this process for good. Returns what could not be restricted."""
    lacking: list[Lacking] = []
    _die_with_parent()
    if not _without_network():
        sys.addaudithook(_refuse_network)
        lacking.append("network")
    if sys.platform == "win32":
        return (*lacking, "memory", "cpu", "open-files", "output")
    import resource

    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_FSIZE, limits.output_bytes)
    if sys.platform == "darwin":
        return (*lacking, "memory")
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    return tuple(lacking)


def allow_processor_time(seconds: int) -> None:
    """Let this process use so many more seconds of processor time; then the kernel kills it."""
    if sys.platform != "win32":
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + seconds)


def _limit(kind: int, most: int) -> None:
    """Set the soft limit, which is the one that counts, to `most` or to what the system allows if that is less."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(
            kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent is gone (Linux, prctl(2)); nobody else could end a hanging one."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _without_network() -> bool:
    """Move this process to a network of its own, in which there is nothing. False where the kernel does not let it."""
    if sys.platform != "linux":
        return False
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NETWORK) == 0:
        return True
    if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    # In its own user namespace the process goes on as the user that it was (user_namespaces(7)).
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with contextlib.suppress(OSError), open(f"/proc/self/{file}", "w") as stream:
            stream.write(text)
    return True


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Keeps Python code off the network; compiled code does not ask."""
    if event in _CONNECTING:
        raise PermissionError("no network for conversions")


def begin_measuring() -> None:
    """Forget the peak of memory so far (Linux, proc(5))."""
    with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as stream:
        stream.write("5")


def peak_memory(process: int | None = None) -> int:
    """The most memory in bytes that a process, this one by default, had since `begin_measuring`; 0 where it is not known."""
    try:
        with open(
            f"/proc/{process or 'self'}/status", encoding="ascii", errors="replace"
        ) as stream:
            for line in stream:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return 0
    return 0


def memory() -> int:
    """The memory in bytes that this process has now; 0 where it is not known."""
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def processor_time(process: int) -> int | None:
    """The processor time in clock ticks that another process has used; None where it is not known."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as stream:
            fields = stream.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    except (OSError, ValueError, IndexError):
        return None
