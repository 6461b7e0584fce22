"""What the figures depend on."""

import os
import platform
import shutil
import subprocess

TOOLS = ("ssh", "sftp", "ssh-keygen", "tar", "diff", "packer", "time")


def missing_tools():
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def output(*argv):
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}  # packer asks for news otherwise
    done = subprocess.run(
        argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment
    )
    return (done.stdout or done.stderr).strip().splitlines()[0]


def field(path, name):
    with open(path) as lines:
        for line in lines:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return "unknown"


def file_system(folder):
    return output("stat", "--file-system", "--format=%T", folder)


def data_folder(wanted):
    """Where files go: a tmpfs with room for them (the source and two copies), or TMPDIR."""
    memory = "/dev/shm"
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > wanted:
        return memory
    return os.environ.get("TMPDIR", "/tmp")


def facts(folder):
    gibibytes = int(field("/proc/meminfo", "MemTotal").split()[0]) / (1 << 20)
    return {
        "CPU": f"{field('/proc/cpuinfo', 'model name')}, {os.cpu_count()} processors",
        "Memory": f"{gibibytes:.0f} GiB",
        "System": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        "Load at the start": f"{os.getloadavg()[0]:.2f}",
        "Files on": file_system(folder),
        "OpenSSH": output("ssh", "-V"),
        "Packer": output("packer", "version"),
        "Swift": output("swift", "--version"),
    }
