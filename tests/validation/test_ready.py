"""A worker limits itself after its imports: from then on it opens nothing and imports nothing, whatever it is given."""

import subprocess
import sys
from pathlib import Path

CHECKS_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.validation.corpus.dialects import DIALECTS
from pathlib import Path
corpus = Path(sys.argv[1]) / "tests" / "validation" / "corpus"
programs = [
    (language, path.name, path.read_bytes()[:2000])
    for language in DIALECTS for path in sorted((corpus / language).glob("*/*")) if path.is_file()
]
from codeexec.models.policy import BlockedPattern, LanguageValidation, Validation
from codeexec.validation.check import Source, policy_bytes, request_bytes
from codeexec.validation.ready import handle

watching, seen = False, set()

def hook(event, arguments):
    if watching and event in ("open", "import", "os.listdir", "os.scandir", "subprocess.Popen"):
        seen.add((event, str(arguments[0])))

sys.addaudithook(hook)
patterns = (BlockedPattern(pattern="a+b"), BlockedPattern(reference="a.b"))
watching = True
for language, path, raw in programs:
    for profile in ("strict", "standard"):
        policy = policy_bytes(language, Validation(blocked_patterns=patterns), LanguageValidation(profile=profile))
        handle(policy, request_bytes([Source(path, raw), Source("x.tsx", raw)]))
watching = False
assert len(programs) > 400, len(programs)
assert not seen, seen
"""


def test_nothing_is_opened_or_imported_after_a_worker_is_ready() -> None:
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run([sys.executable, "-c", CHECKS_ALL, root], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
