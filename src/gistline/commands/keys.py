"""Keys as a person writes them, and as the bucket has them.

Comes in: a file's name or what was typed. Goes out: a key, or a `SettingsError` that says which one would do.
Called by `demo` and by the verbs that take keys.
"""

from pathlib import Path

from gistline.errors import RejectedError, SettingsError
from gistline.pipeline.keys import KeyLayout
from gistline.stack.outputs import StackOutputs


def key_for(file: Path, outputs: StackOutputs, prefix: str = "") -> str:
    """Return the key under which the trigger will see the file: S3 compares the suffix case-sensitively."""
    name = file.name if file.name.endswith(outputs.suffix) else f"{file.stem}{outputs.suffix}"
    return below(outputs.input_prefix, prefix) + name


def below(prefix: str, typed: str) -> str:
    """Put `prefix` before what was typed, unless it stands there already."""
    return typed if typed.startswith(prefix) else prefix + typed


def typed_key(outputs: StackOutputs, typed: str) -> str:
    """Take `s3://BUCKET/KEY` for KEY; the command line itself prints it so.

    Raises:
        SettingsError: it is in another bucket, or not Unicode.
    """
    if not _is_unicode(typed):
        raise SettingsError(
            f"{typed!r} is not Unicode, so it cannot be a key", "see how the key was typed", code="key"
        )
    if not typed.startswith("s3://"):
        return typed
    bucket, _, key = typed.removeprefix("s3://").partition("/")
    if bucket != outputs.bucket_name:
        raise SettingsError(
            f"{typed!r} lies in another bucket",
            f"this stack works on s3://{outputs.bucket_name}/",
            code="key",
        )
    return key


def typed_prefix(outputs: StackOutputs, typed: str) -> str:
    """Give what is to follow the input prefix, whether or not that was typed too.

    Raises:
        SettingsError: see `typed_key`.
    """
    return typed_key(outputs, typed).removeprefix(outputs.input_prefix)


def check_key(layout: KeyLayout, key: str) -> None:
    """Refuse a key under which a CSV would never get its summary.

    Raises:
        SettingsError: the trigger would not notice it, or its summary could not be named (code `key`).
    """
    if not _is_unicode(key):
        raise SettingsError(
            f"{key!r} is not Unicode, so it cannot be a key", "name one with --key", code="key"
        )
    if not layout.accepts(key):
        raise SettingsError(
            f"{key!r} would not be noticed: the trigger wants {layout.input_prefix}NAME{layout.suffix}",
            f"did you mean {_mended(layout, key)!r}?",
            code="key",
        )
    try:
        layout.summary_key(key)
    except RejectedError as error:
        raise SettingsError(error.message, error.remedy, code=error.code) from None


def _mended(layout: KeyLayout, key: str) -> str:
    """Give the key that was probably meant."""
    folder, slash, name = key.removeprefix(layout.input_prefix).rstrip("/").rpartition("/")
    stem = name.rpartition(".")[0] or name or "NAME"
    return f"{layout.input_prefix}{folder}{slash}{stem}{layout.suffix}"


def _is_unicode(text: str) -> bool:
    """Tell whether it can be written as UTF-8; a file's name of other bytes cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
