"""The commands of `script/` when something is wrong: one sentence with the remedy, and they go on later."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest
from blackbox import ROOT

SERVER = ROOT / "script/server"
#: Seconds in which a command has said what is wrong, on a busy machine.
QUICK = 60


class Machine:
    """A cache folder, and stubs that stand before the machine's own programs."""

    def __init__(self, folder):
        self.cache = folder / "cache"
        self.bin = folder / "bin"
        self.cache.mkdir()
        self.bin.mkdir()
        self.env = {**os.environ, "CRMX_CACHE": str(self.cache), "PATH": f"{self.bin}:{os.environ['PATH']}"}
        self.env.pop("VIRTUAL_ENV", None)

    def has_python(self):
        """The virtual environment is there already."""
        (self.cache / "venv").symlink_to(sys.prefix)

    def stub(self, name, text):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def start(self, command=SERVER):
        # in a session of its own, as from a terminal: all its processes are one group
        return subprocess.Popen(
            [str(command)],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # who runs the tests in the background has Ctrl-C ignored, which no shell can undo
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def fails(self, command=SERVER):
        """:return: the last sentence of a command that fails"""
        process = self.start(command)
        try:
            error = process.communicate(timeout=QUICK)[1]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        assert process.returncode == 1, error
        sentence = error.strip().splitlines()[-1]
        assert sentence.startswith(f"{pathlib.Path(command).name}: ")
        return sentence


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield str(server.getsockname()[1])


@pytest.mark.parametrize("command", ["server", "test", "lint", "bench"])
def test_odoo_home_without_odoo(machine, command):
    machine.env["ODOO_HOME"] = str(machine.cache)
    sentence = machine.fails(ROOT / "script" / command)
    assert "holds no odoo package" in sentence and "name a checkout of Odoo 19.0" in sentence


@pytest.mark.parametrize(
    ("release", "series"),
    [("version_info = (18, 0, 0, FINAL, 0, '')\n", "Odoo 18.0"), ("", "Odoo of an unknown series")],
)
def test_odoo_home_of_another_series(machine, release, series):
    home = machine.cache / "other"
    (home / "odoo").mkdir(parents=True)
    (home / "odoo/release.py").write_text(release)
    machine.env["ODOO_HOME"] = str(home)
    sentence = machine.fails()
    assert f"is {series}," in sentence and "set ODOO_HOME to Odoo 19.0, or unset it" in sentence


def test_no_postgresql(machine):
    machine.has_python()
    machine.env.update(PGHOST=str(machine.cache), PGPORT="5999")
    sentence = machine.fails()
    assert "no PostgreSQL answers" in sentence and "start it, or unset both" in sentence


def test_postgresql_user_may_not_create_databases(machine):
    machine.has_python()
    machine.stub("psql", 'case "$*" in *rolcreatedb*) echo f ;; *) echo 1 ;; esac')
    assert "may not create databases" in machine.fails()


def test_cache_cannot_be_written(machine):
    file = machine.cache / "file"
    file.touch()
    machine.env["CRMX_CACHE"] = str(file / "cache")
    sentence = machine.fails()
    assert "cannot write" in sentence and "set CRMX_CACHE" in sentence


def test_no_free_disk(machine):
    machine.stub(
        "df", 'echo "Filesystem 1024-blocks Used Available"; echo "/dev/x 1000000 900000 100000 90% /"'
    )
    sentence = machine.fails()
    assert "needs 4 GB free" in sentence and "97 MB" in sentence and "another disk" in sentence


def test_port_is_taken(machine, taken_port):
    machine.has_python()
    machine.env["PORT"] = taken_port
    sentence = machine.fails()
    assert f"port {taken_port} is taken" in sentence and "choose another one with PORT" in sentence


def test_odoo_cannot_be_fetched(machine):
    del machine.env["ODOO_HOME"]
    for name in ("apt-get", "git"):
        machine.stub(name, f'echo "{name}: could not resolve the name of the server" >&2; exit 100')
    sentence = machine.fails()
    assert "could not get Odoo 19.0 from Debian or from its git repository" in sentence
    assert "check the network" in sentence


def test_git_is_tried_when_debian_has_no_odoo(machine):
    del machine.env["ODOO_HOME"]
    machine.stub("apt-get", 'case "$*" in *odoo-19*) exit 100 ;; esac')
    machine.stub("git", "echo $* >$CRMX_CACHE/asked; exit 128")
    assert "could not get Odoo" in machine.fails()
    assert "--branch 19.0" in (machine.cache / "asked").read_text()


def test_python_packages_cannot_be_fetched(machine):
    machine.env["PYTHON3"] = str(python_whose_pip(machine, "exit 1"))
    sentence = machine.fails()
    assert "'Installing Python packages' failed" in sentence and "Check the network" in sentence


def test_python_is_too_old(machine):
    for name in ("python3", "python3.13", "python3.12", "python3.11", "python3.10"):
        machine.stub(name, "exit 1")
    machine.stub("apt-get", "exit 0")
    machine.stub("dpkg", "exit 0")
    assert "needs Python 3.10 to 3.13" in machine.fails()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_set_up_goes_on(machine, taken_port, how):
    """Stopped while it installs: nothing goes on running, and the next run installs what was missing."""
    started = machine.cache / "pip-started"
    python = python_whose_pip(machine, f"[ -e {started} ] && exit 0; echo $$ >{started}; exec sleep 300")
    machine.env.update(PYTHON3=str(python), PORT=taken_port)
    process = machine.start()
    wait_for(lambda: started.exists() and started.read_text().strip())
    if how == signal.SIGINT:  # Ctrl-C in a terminal
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    process.communicate(timeout=QUICK)
    assert process.returncode in (130, 143, -signal.SIGKILL)
    pip = int(started.read_text())
    if how == signal.SIGKILL:
        assert is_running(pip)  # nobody could stop it; the next run waits for it
        os.kill(pip, signal.SIGKILL)
    wait_for(lambda: not is_running(pip))
    assert "port" in machine.fails()
    assert (machine.cache / "venv/.installed").exists()


def test_broken_virtual_environment_is_made_anew(machine, taken_port):
    """One whose making was stopped half-way has a Python and no pip."""
    python = python_whose_pip(machine, "exit 0")
    folder = machine.cache / "venv/bin"
    folder.mkdir(parents=True)
    broken = folder / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    machine.env.update(PYTHON3=str(python), PORT=taken_port)
    assert "port" in machine.fails()


def python_whose_pip(machine, command):
    """A Python that makes virtual environments in which pip runs `command`, and else is the real one."""
    inner = machine.stub(
        "inner-python",
        f"""case "$*" in
        *"-m pip --version"*) ;;
        *"-m pip"*) {command} ;;
        *) exec {sys.executable} "$@" ;;
        esac""",
    )
    return machine.stub(
        "outer-python",
        f"""case "$*" in
        *"-m venv"*)
            for folder; do :; done
            rm -rf $folder && mkdir -p $folder/bin && cp {inner} $folder/bin/python ;;
        *) exec {sys.executable} "$@" ;;
        esac""",
    )


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition):
    deadline = time.monotonic() + QUICK
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
