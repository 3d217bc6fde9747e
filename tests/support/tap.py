"""TAP from Python: each check is a sentence that is true. Used by the tests that drive the program."""

import traceback


class Tap:
    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def check(self, sentence: str, holds: bool, *notes: object) -> bool:
        self.count += 1
        if not holds:
            self.failed += 1
            for note in notes:
                for line in str(note).splitlines():
                    print("#", line)
        print(f"{'ok' if holds else 'not ok'} {self.count} - {sentence}", flush=True)
        return holds

    def equal(self, sentence: str, found: object, wanted: object) -> bool:
        return self.check(sentence, found == wanted, f"found  {found!r}", f"wanted {wanted!r}")

    def skip(self, sentence: str, why: str) -> None:
        self.count += 1
        print(f"ok {self.count} - {sentence} # SKIP {why}", flush=True)

    def run(self, body) -> int:
        """Runs body(tap); an exception is a failed test, not a silent end."""
        try:
            body(self)
        except Exception:  # noqa: BLE001 - whatever it is, it is told
            self.check("the test ran to its end", False, traceback.format_exc())
        print(f"1..{self.count}")
        return 1 if self.failed else 0
