"""An office PC may run Windows: the code calls nothing that is not there, or asks first.

Whoever asks `sys.platform` (or `os.name`) around a call knows what he does. Types are checked for
Windows, too (`make lint`); here stands what they cannot tell, and what a name tells at once.
"""

import ast
import re

import pytest

from tests.house.repository import PACKAGES, modules, named, tree_of

ABSENT_MODULES = {
    *("fcntl", "termios", "tty", "pty", "pwd", "grp", "spwd", "crypt", "nis", "resource", "posix"),
    *("syslog", "readline", "curses", "uvloop"),
}
ABSENT = {
    "os": {
        *("fork", "forkpty", "wait", "wait3", "wait4", "killpg", "nice", "setsid", "setpgid"),
        *("getuid", "geteuid", "getgid", "getegid", "getgroups", "setuid", "setgid", "getpgid"),
        *("chown", "fchown", "lchown", "fchmod", "chroot", "mkfifo", "mknod", "uname", "sync"),
        *("statvfs", "fstatvfs", "getloadavg", "sysconf", "sched_getaffinity", "pread", "pwrite"),
        *("sendfile", "posix_fallocate", "posix_fadvise", "fdatasync", "ttyname", "openpty"),
        *("O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "O_SYNC", "O_DSYNC", "WNOHANG"),
    },
    "signal": {
        *("SIGKILL", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGPIPE"),
        *("SIGTSTP", "SIGCONT", "SIGWINCH", "alarm", "setitimer", "pause", "pthread_kill"),
        *("sigwait", "pthread_sigmask", "siginterrupt"),
    },
    "socket": {"AF_UNIX", "SO_REUSEPORT", "MSG_DONTWAIT", "MSG_NOSIGNAL"},
    "time": {"tzset", "clock_gettime", "CLOCK_MONOTONIC", "pthread_getcpuclockid"},
    "select": {"poll", "epoll", "kqueue"},
}
ABSENT_METHODS = {"add_signal_handler", "remove_signal_handler"}
OPEN_OTHER_THINGS = {"os", "image", "Image", "queue", "Pdf"}
"""Whose `open` opens no file of text."""


def faults(tree):
    """Return what a module calls that Windows has not, as `line what`."""
    return sorted(f"{node.lineno} {what}" for node, what in _unasked(tree))


def _unasked(tree):
    for node in ast.iter_child_nodes(tree):
        if _asks(node):
            continue
        yield from ((node, what) for what in _absent(node))
        yield from _unasked(node)


def _asks(node):
    """Tell whether a branch asks for the platform, or an import may fail."""
    asked = node.test if isinstance(node, ast.If | ast.IfExp) else None
    if isinstance(node, ast.Try):
        return any(
            isinstance(handler.type, ast.Name) and handler.type.id == "ImportError"
            for handler in node.handlers
        )
    return asked is not None and any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and (part.value.id, part.attr) in {("sys", "platform"), ("os", "name")}
        for part in ast.walk(asked)
    )


def _of_import(node):
    yield from (a.name for a in node.names if a.name.split(".")[0] in ABSENT_MODULES)


def _of_import_from(node):
    module = node.module or ""
    if module.split(".")[0] in ABSENT_MODULES:
        yield module
    yield from (f"{module}.{a.name}" for a in node.names if a.name in ABSENT.get(module, ()))


def _of_attribute(node):
    of = node.value.id if isinstance(node.value, ast.Name) else ""
    if node.attr in ABSENT.get(of, ()):
        yield f"{of}.{node.attr}"


def _of_constant(node):
    if isinstance(node.value, str) and re.search(r"%-[dmyHIMSjUW]", node.value):
        yield f"strftime {node.value!r}"


def _of_call(call):
    """What is opened as text without an encoding is read by a code page there."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in ABSENT_METHODS:
        yield method
    is_path = method == "open" and ast.unparse(call.func.value) not in OPEN_OTHER_THINGS
    is_function = isinstance(call.func, ast.Name) and call.func.id == "open"
    if (is_path or is_function) and _is_text(call, call.args[is_function:]):
        yield "open without an encoding"
    places = {"read_text": 0, "write_text": 1}
    if method in places and len(call.args) <= places[method] and "encoding" not in _named(call):
        yield f"{method} without an encoding"


def _named(call):
    return {keyword.arg: keyword.value for keyword in call.keywords}


JUDGES = {
    ast.Import: _of_import,
    ast.ImportFrom: _of_import_from,
    ast.Attribute: _of_attribute,
    ast.Constant: _of_constant,
    ast.Call: _of_call,
}


def _absent(node):
    judge = JUDGES.get(type(node))
    return judge(node) if judge else ()


def _is_text(call, modes):
    mode = _named(call).get("mode") or (modes[0] if modes else None)
    is_binary = isinstance(mode, ast.Constant) and "b" in str(mode.value)
    return "encoding" not in _named(call) and not is_binary


def test_nothing_is_called_that_windows_has_not():
    found = [
        f"{named(path)}:{fault}" for path in modules(*PACKAGES) for fault in faults(tree_of(path))
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import fcntl",
        "from resource import getrlimit",
        "import os\nos.chown('x', 1, 1)",
        "import os\ndef f():\n    return os.geteuid()",
        "from os import fork",
        "import signal\nsignal.signal(signal.SIGHUP, f)",
        "import signal\nfor s in (signal.SIGINT, signal.SIGKILL): pass",
        "loop.add_signal_handler(15, f)",
        "import socket\nsocket.socket(socket.AF_UNIX)",
        "path.read_text()",
        "path.write_text('Đ')",
        "open('x')",
        "path.open('w')",
        "day.strftime('%-d/%-m')",
        "import os, sys\nif sys.argv:\n    os.nice(5)",
    ],
)
def test_such_a_call_is_found(line):
    assert len(faults(ast.parse(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "import sys\nif sys.platform != 'win32':\n    import fcntl",
        "import os, sys\nif sys.platform != 'win32':\n    os.chown('x', 1, 1)",
        "try:\n    import readline\nexcept ImportError:\n    pass",
        "loop = 'uvloop' if os.name != 'nt' else 'asyncio'",
        "path.read_text(encoding='utf-8')",
        "path.read_text('utf-8')",
        "path.open('rb')",
        "import os\nos.open('x', os.O_RDONLY)",
        "import signal\nsignal.signal(signal.SIGTERM, f)",
    ],
)
def test_one_who_asks_first_is_let_be(line):
    assert faults(ast.parse(line)) == []
