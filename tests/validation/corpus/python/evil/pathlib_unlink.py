from pathlib import Path

Path("/etc/hosts").unlink()
