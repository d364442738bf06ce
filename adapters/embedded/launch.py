"""Become one server: leave root behind, ask to be told of the parent's death, then exec.

Run as a script of its own (`python -I -S launch.py PARENT SIGNAL FOOTING UID COMMAND...`), because
this is unsafe between fork and exec in a process that has threads. It imports nothing of ours.

FOOTING is `same` (stay who we are), `drop` (become UID, keeping only the right to pass closed
folders, so that data and binaries may lie below a 0700 folder whose mode nobody touches) or
`namespace` (a user namespace in which we are called UID; files stay ours outside).
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1
_CLONE_NEWUSER = 0x10000000


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _drop(libc: ctypes.CDLL, uid: int) -> None:
    """Become uid without groups. One capability survives, also across exec: pass closed folders."""
    _check(libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep capabilities")
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    only = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    low_then_high = (ctypes.c_uint32 * 6)(only, only, only, 0, 0, 0)
    _check(libc.capset(header, low_then_high), "set capabilities")
    raised = libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
    _check(raised, "raise an ambient capability")


def _enter_namespace(libc: ctypes.CDLL, uid: int) -> None:
    """Be called uid inside, and remain who we are for every file."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _check(libc.unshare(_CLONE_NEWUSER), "make a user namespace")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {outer_uid} 1"),
        ("gid_map", f"{uid} {outer_gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def main(arguments: list[str]) -> None:
    """Follow the arguments described above; does not return."""
    parent, death_signal, uid = int(arguments[0]), int(arguments[1]), int(arguments[3])
    footing, command = arguments[2], arguments[4:]
    # What the parent ignores or blocks would otherwise be inherited by the server.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    libc = ctypes.CDLL(None, use_errno=True)
    if footing == "drop":
        _drop(libc, uid)
    elif footing == "namespace":
        _enter_namespace(libc, uid)
    if death_signal:
        # Last, because a change of user clears it.
        _check(libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0), "watch the parent")
    if os.getppid() != parent:  # It died before we began to watch.
        sys.exit(1)
    os.umask(0o077)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
