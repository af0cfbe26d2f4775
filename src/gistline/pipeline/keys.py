"""Which keys are ours, and under which key the summary of each will lie.

Comes in: the three parts of the layout, once at cold start; then decoded keys. Goes out: yes or no, and the
summary's key. Called by `process`, before it writes by the producer, and by whoever looks from summaries to CSVs.

The map from keys to summary keys is injective: no two CSVs share a summary, because taking off the output
prefix, the name's "summary_" and the final ".json" gives the one key back.
"""

from typing import Protocol

from gistline.errors import OverlapError, RejectedError, SettingsError

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html: "at most 1,024 bytes" of UTF-8
LONGEST_KEY = 1024
NAME_PREFIX = "summary_"
SUMMARY_SUFFIX = ".json"


class Named(Protocol):
    """Whatever names the three parts: the settings of a function, or the outputs of a stack."""

    @property
    def input_prefix(self) -> str:
        """How the keys of CSVs begin."""

    @property
    def suffix(self) -> str:
        """How the keys of CSVs end."""

    @property
    def output_prefix(self) -> str:
        """How the keys of summaries begin."""


class KeyLayout:
    """Input prefix and suffix, as S3's filter compares them (literal, case-sensitive), and output prefix.

    Raises:
        OverlapError: the input prefix begins with the output prefix or the other way round, so that a
            summary could lie where the trigger looks.
        SettingsError: the suffix ends in a slash; only folder markers could match it.
    """

    __slots__ = ("input_prefix", "output_prefix", "suffix")

    def __init__(self, input_prefix: str, suffix: str, output_prefix: str) -> None:
        self.input_prefix, self.suffix, self.output_prefix = input_prefix, suffix, output_prefix
        one, other = input_prefix, output_prefix
        # An empty prefix begins every key. The suffix is no way out: one changed filter and the loop is there.
        if one.startswith(other) or other.startswith(one):
            raise OverlapError(
                f"input prefix {one!r} and output prefix {other!r} overlap: a summary could trigger a summary",
                "choose two prefixes of which neither begins with the other, such as 'in/' and 'out/'",
            )
        if suffix.endswith("/"):
            raise SettingsError(f"suffix {suffix!r} matches folder markers only", "choose one like '.csv'")

    @classmethod
    def of(cls, named: Named) -> "KeyLayout":
        """Take the layout from what names it; raises as the class does."""
        return cls(named.input_prefix, named.suffix, named.output_prefix)

    def accepts(self, key: str) -> bool:
        """Tell whether `key` is a CSV to summarise: S3's own filter, checked again, less folder markers."""
        long_enough = len(key) >= len(self.input_prefix) + len(self.suffix)
        matches = key.startswith(self.input_prefix) and key.endswith(self.suffix)
        return long_enough and matches and not key.endswith("/")

    def summary_key(self, key: str) -> str:
        """Return where the summary of the accepted `key` lies; folders below the input prefix are kept.

        Raises:
            RejectedError: it would be longer than S3's 1,024 bytes (code `key-too-long`).
        """
        stem = key[len(self.input_prefix) : len(key) - len(self.suffix)]
        folder, slash, name = stem.rpartition("/")
        summary_key = f"{self.output_prefix}{folder}{slash}{NAME_PREFIX}{name}{SUMMARY_SUFFIX}"
        excess = len(summary_key.encode()) - LONGEST_KEY
        if excess > 0:
            raise RejectedError(
                f"the summary of {key!r} would need a key {excess} bytes longer than S3's {LONGEST_KEY}",
                f"shorten the key by {excess} bytes",
                code="key-too-long",
            )
        return summary_key

    def source_key(self, summary_key: str) -> str | None:
        """Return the key of the CSV whose summary lies under `summary_key`; None if no CSV's does."""
        if not summary_key.startswith(self.output_prefix):
            return None
        folder, slash, name = summary_key[len(self.output_prefix) :].rpartition("/")
        stem = name.removeprefix(NAME_PREFIX).removesuffix(SUMMARY_SUFFIX)
        if name != f"{NAME_PREFIX}{stem}{SUMMARY_SUFFIX}":
            return None
        key = f"{self.input_prefix}{folder}{slash}{stem}{self.suffix}"
        return key if self.accepts(key) else None


def folder_of(prefix: str) -> str:
    """Give the folders of a prefix, which CSVs and summaries share; what follows the last slash differs."""
    return prefix[: prefix.rfind("/") + 1]
