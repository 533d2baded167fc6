"""A SQLite file with every migration applied, made once and then copied by each process."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMPORTED = re.compile(r"^(?:import|from) ([\w.]+)", re.MULTILINE)


def fingerprint():
    """What changes when a migration does, or what migrations import of ours or of others."""
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    names = {name for path in migrations for name in IMPORTED.findall(path.read_text())}
    imported = sorted(ROOT / f"{name.replace('.', '/')}.py" for name in names)
    sources = [ROOT / "requirements" / "runtime.txt", *migrations, *imported]
    texts = b"".join(path.read_bytes() for path in sources if path.is_file())
    return hashlib.sha256(texts + sys.version.encode()).hexdigest()[:16]


@contextmanager
def one_at_a_time(path):
    """Wait until no other process is here with the same file."""
    with open(path, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def copy_migrated(folder, copy):
    """Write the migrated file to `copy`; `folder` keeps it for who comes next."""
    with one_at_a_time(folder / "lock"):
        made = folder / f"{fingerprint()}.sqlite3"
        if not made.exists():
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            unfinished = folder / "unfinished.sqlite3"
            env = {**os.environ, "DATABASE_URL": f"sqlite:///{unfinished}"}
            command = [sys.executable, "manage.py", "migrate", "-v0"]
            subprocess.run(command, cwd=ROOT, env=env, check=True)
            unfinished.rename(made)
        shutil.copy(made, copy)
