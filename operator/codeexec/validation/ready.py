"""What a worker imports: checking, with all rules read and all grammars made. The first program of a language does not
pay for them out of its own time, and nothing is read from disk after the worker has limited itself."""

from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Source, check
from codeexec.validation.check import handle as handle
from codeexec.validation.policy import compiled

for _language in Language:
    for _path in ("a", "a.tsx"):
        check(compiled(_language, Validation(), LanguageValidation()), [Source(_path, b"")])
