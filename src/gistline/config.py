"""Settings: every default on one screen, and the only reader of environment and settings file.

Comes in: a mapping of environment variables and, for the command line, `gistline.toml`. Goes out: one frozen
`Settings`. Called by the doors: the functions at cold start, the command line at its beginning.

Like every record of the rooms that ship in the Lambda package this is a NamedTuple: to define a frozen
dataclass takes ten times as long (0.5 ms against 0.05 ms), and each cold start pays for all of them.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gistline.errors import SettingsError

DEFAULT_REGION = "us-east-1"
FILE = "gistline.toml"
FILE_VARIABLE = "GISTLINE_CONFIG"  # names another file


class Settings(NamedTuple):
    """What can be set, and its default.

    Its name is what `gistline.toml` calls it; in capitals after `GISTLINE_` it is the environment variable. Two
    come from AWS's own variables instead: `region` (`AWS_REGION` before `AWS_DEFAULT_REGION`) and `endpoint`
    (`AWS_ENDPOINT_URL_S3` before `AWS_ENDPOINT_URL`).
    """

    # the pipeline
    bucket: str = ""  # the producer writes here; the summarizer takes the bucket from the event
    input_prefix: str = "synthetic-data/"  # the CSVs arrive under it
    suffix: str = ".csv"  # as S3 compares it: case-sensitive
    output_prefix: str = "summaries/"  # their summaries lie under it
    on_source_delete: str = ""  # of a removed CSV: "delete" or "keep" its summary, or else a "tombstone"
    summarizer: str = ""  # its name; the sweeper invokes it
    sweep_schedule: str = ""  # when the sweeper runs, as "rate(1 day)"; empty: as the stack was told

    # AWS
    region: str = ""  # empty: as every AWS tool finds it; the local cloud's is DEFAULT_REGION
    endpoint: str = ""  # empty: AWS itself

    # the command line
    target: str = "local"  # or "aws"
    profile: str = ""  # of AWS's configuration files; empty: AWS_PROFILE, or the default one
    stack: str = "gistline"  # its name
    home: Path = Path(".gistline")  # the local cloud's private directory, and built packages

    # the local cloud
    port: int = 4566  # where it listens if that port is free; 0: any that is free
    delivery_workers: int = os.cpu_count() or 2  # events delivered to functions at the same time
    retry_seconds: float = 0.2  # before the first retry of a failed invocation; AWS: 60, then 120

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], under: "Settings | None" = None) -> "Settings":
        """Read the settings from `environ`; what it does not say is as in `under`, or else as by default.

        Raises:
            SettingsError: a value is not of its setting's type, or out of its range.
        """
        base = under or cls()
        said = _in_capitals(environ)
        # Whoever names a profile in AWS's own variable means that one; AWS's tools find it there by themselves.
        if environ.get("AWS_PROFILE"):
            said.setdefault("profile", "")
        return base._replace(
            region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or base.region,
            endpoint=environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or base.endpoint,
            **said,
        )

    @classmethod
    def read(cls, environ: Mapping[str, str], directory: Path = Path()) -> "Settings":
        """Read what the command line works with: the defaults, over them the file, over it the environment.

        The file is the one that `GISTLINE_CONFIG` names, else `gistline.toml` in `directory` if there is one.

        Raises:
            SettingsError: the file cannot be read or is not TOML, a name is unknown, a value is wrong.
        """
        named = environ.get(FILE_VARIABLE)
        path = Path(named) if named else directory / FILE
        file = cls._replace(cls(), **_in_file(path)) if named or path.exists() else cls()
        return cls.from_environ(environ, file)


AWS_NAMES = {"region", "endpoint"}  # in the environment
RANGES: dict[str, tuple[float, float]] = {
    "port": (0, 65535),
    "delivery_workers": (1, 1000),
    "retry_seconds": (0, 3600),
}
CHOICES = {"on_source_delete": ("tombstone", "delete", "keep")}
WORDS = {str: "a string", Path: "a string", int: "a whole number", float: "a number"}


def _in_capitals(environ: Mapping[str, str]) -> dict[str, Any]:
    """Give the settings that variables of ours name; an empty one says nothing, unless it is a string."""
    said: dict[str, Any] = {}
    for name, kind in Settings.__annotations__.items():
        variable = f"GISTLINE_{name.upper()}"
        text = environ.get(variable)
        if name in AWS_NAMES or text is None or not (text or kind is str):
            continue
        try:
            said[name] = _within(name, kind(text))
        except ValueError:
            raise SettingsError(
                f"{variable}={text!r} is not {_wanted(name)}",
                f"unset it, or set it to one like {_example(name)}",
            ) from None
    return said


def _in_file(path: Path) -> dict[str, Any]:
    """Give the settings that stand in the file; a relative `home` is one beside the file."""
    text = _text(path)
    said: dict[str, Any] = {}
    for name, value in _table(path, text).items():
        kind = Settings.__annotations__.get(name)
        if kind is None:
            raise SettingsError(f"{_place(path, text, name)}: no setting is called {name!r}", _advice(name))
        try:
            said[name] = _within(name, _typed(kind, value))
        except ValueError:
            shown = repr(_example(name)) if kind in {int, float} else f'"{_example(name)}"'
            raise SettingsError(
                f"{_place(path, text, name)}: {name} is not {_wanted(name)}",
                f"write it like {name} = {shown}",
            ) from None
    return said if "home" not in said else {**said, "home": path.parent / said["home"]}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(
            f"the settings file {path} cannot be read: {reason}",
            f"mend or remove it; {FILE_VARIABLE} names another one",
        ) from None
    except ValueError:
        raise SettingsError(f"the settings file {path} is not UTF-8", "save it as UTF-8") from None


def _table(path: Path, text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - 3 ms that the functions, which have no file, shall not pay

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path} is not TOML: {error}", 'one setting is one line like target = "aws"'
        ) from None


def _typed(kind: type, value: object) -> Any:
    """Turn a value of TOML into one of the setting's type; a whole number is a number too.

    Raises:
        ValueError: it is of another type.
    """
    taken = {str: (str,), Path: (str,), int: (int,), float: (int, float)}[kind]
    if isinstance(value, bool) or not isinstance(value, taken):
        raise ValueError  # noqa: TRY004 - as `int("many")` does, so that file and environment fail alike
    return kind(value)


def _within(name: str, value: Any) -> Any:
    """Check range or choice; NaN lies in no range, and is not asked for where there is a choice.

    Raises:
        ValueError: it is out of the setting's range, or none of its words.
    """
    least, most = RANGES.get(name, (0, 0))
    if (name in RANGES and not least <= value <= most) or value not in CHOICES.get(name, (value,)):
        raise ValueError
    return value


def _wanted(name: str) -> str:
    if name in CHOICES:
        return f"one of {', '.join(CHOICES[name])}"
    words = WORDS[Settings.__annotations__[name]]
    return "{} from {:g} to {:g}".format(words, *RANGES[name]) if name in RANGES else words


def _example(name: str) -> Any:
    return CHOICES.get(name, (getattr(Settings(), name),))[0]


def _place(path: Path, text: str, name: str) -> str:
    """Give file and line; TOML's reader keeps no lines, so the line is the first that begins with the name."""
    import re  # noqa: PLC0415 - only for a file that is wrong

    found = re.search(rf"""^[\s\[]*["']?{re.escape(name)}["']?\s*[=.\]]""", text, re.MULTILINE)
    if found is None:
        return str(path)
    begin = found.end()  # its start may lie on an empty line above
    return f"{path}:{text.count(chr(10), 0, begin) + 1}"


def _advice(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a file that is wrong

    near = get_close_matches(name.lower().replace("-", "_"), Settings._fields, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"the settings are {', '.join(Settings._fields)}, all in one flat table"
