"""Settings: defaults, over them the file, over it the environment; whatever is wrong is named."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.config import CHOICES, Settings
from gistline.errors import SettingsError


def read(folder: Path, text: str | bytes, environ: Mapping[str, str] | None = None) -> Settings:
    body = text if isinstance(text, bytes) else text.encode()
    (folder / "gistline.toml").write_bytes(body)
    return Settings.read(environ or {}, folder)


def test_without_file_and_variables_the_defaults_hold(tmp_path: Path) -> None:
    assert Settings.read({}, tmp_path) == Settings()


def test_each_setting_can_stand_in_the_file_in_its_own_type(tmp_path: Path) -> None:
    text = """
    # what one would otherwise retype
    target = "aws"
    profile = "work"
    region = "eu-central-1"
    stack = 'orders'
    bucket = "csvs"
    port = 0
    retry_seconds = 1
    delivery_workers = 3
    home = "state"
    """
    assert read(tmp_path, text) == Settings(
        target="aws",
        profile="work",
        region="eu-central-1",
        stack="orders",
        bucket="csvs",
        port=0,
        retry_seconds=1.0,
        delivery_workers=3,
        home=tmp_path / "state",
    )


@pytest.mark.parametrize("word", ["tombstone", "delete", "keep"])
def test_what_a_removed_csv_leaves_is_one_of_three_words(word: str) -> None:
    assert Settings.from_environ({"GISTLINE_ON_SOURCE_DELETE": word}).on_source_delete == word


@pytest.mark.parametrize("word", ["", "Tombstone", "forget"])
def test_any_other_word_is_refused_and_the_choice_is_named(word: str) -> None:
    with pytest.raises(SettingsError, match="is not one of tombstone, delete, keep"):
        Settings.from_environ({"GISTLINE_ON_SOURCE_DELETE": word})


def test_a_home_in_the_file_of_this_folder_stays_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read(Path(), 'home = ".state"').home == Path(".state")


def test_an_absolute_home_stays_as_it_is(tmp_path: Path) -> None:
    assert read(tmp_path, 'home = "/var/gist"').home == Path("/var/gist")


def test_the_environment_outdoes_the_file(tmp_path: Path) -> None:
    file = 'stack = "file"\nregion = "eu-west-1"\nport = 1\nbucket = "kept"'
    environ = {"GISTLINE_STACK": "variable", "AWS_REGION": "eu-west-2", "GISTLINE_PORT": "2"}
    settings = read(tmp_path, file, environ)
    assert (settings.stack, settings.region, settings.port) == ("variable", "eu-west-2", 2)
    assert settings.bucket == "kept"


def test_aws_own_profile_variable_outdoes_the_files_profile_and_is_left_to_aws(tmp_path: Path) -> None:
    assert read(tmp_path, 'profile = "file"', {"AWS_PROFILE": "variable"}).profile == ""
    both = {"AWS_PROFILE": "variable", "GISTLINE_PROFILE": "ours"}
    assert read(tmp_path, 'profile = "file"', both).profile == "ours"


def test_another_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "gistline.toml").write_text('stack = "ignored"')
    (tmp_path / "other.toml").write_text('stack = "other"')
    assert Settings.read({"GISTLINE_CONFIG": str(tmp_path / "other.toml")}, tmp_path).stack == "other"


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read: No such file") as caught:
        Settings.read({"GISTLINE_CONFIG": str(tmp_path / "nowhere.toml")}, tmp_path)
    assert "GISTLINE_CONFIG" in caught.value.remedy


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / "gistline.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        Settings.read({}, tmp_path)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ('stack = "x"\n\nbukcet = "b"', "gistline.toml:3: no setting is called 'bukcet'", "'bucket'"),
        ("retry-seconds = 1", "gistline.toml:1: no setting is called 'retry-seconds'", "'retry_seconds'"),
        ('REGION = "x"', "gistline.toml:1: no setting is called 'REGION'", "'region'"),
        ('\n[aws]\nregion = "x"', "gistline.toml:2: no setting is called 'aws'", "one flat table"),
        ('aws.region = "x"', "gistline.toml:1: no setting is called 'aws'", "one flat table"),
        ('"colour" = "x"', "gistline.toml:1: no setting is called 'colour'", "the settings are bucket,"),
        ('"st\\u0061cks" = "x"', "gistline.toml: no setting is called 'stacks'", "'stack'"),
    ],
)
def test_an_unknown_name_is_told_with_its_line_and_what_was_meant(
    tmp_path: Path, text: str, place: str, remedy: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text)
    assert caught.value.message == f"{tmp_path}/{place}"
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("stack = 7", "stack is not a string"),
        ("stack = true", "stack is not a string"),
        ("[stack]", "stack is not a string"),
        ("home = 7", "home is not a string"),
        ('port = "4566"', "port is not a whole number from 0 to 65535"),
        ("port = 4566.0", "port is not a whole number from 0 to 65535"),
        ("port = true", "port is not a whole number from 0 to 65535"),
        ("port = 65536", "port is not a whole number from 0 to 65535"),
        ("delivery_workers = 0", "delivery_workers is not a whole number from 1 to 1000"),
        ('retry_seconds = "soon"', "retry_seconds is not a number from 0 to 3600"),
        ("retry_seconds = nan", "retry_seconds is not a number from 0 to 3600"),
        ("retry_seconds = -1", "retry_seconds is not a number from 0 to 3600"),
        ("retry_seconds = 2026-11-23", "retry_seconds is not a number from 0 to 3600"),
    ],
)
def test_a_value_of_another_type_or_out_of_range_is_told_with_its_line(
    tmp_path: Path, line: str, wanted: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, f"# settings\n{line}\n")
    assert caught.value.message == f"{tmp_path}/gistline.toml:2: {wanted}"
    assert caught.value.remedy.startswith(f"write it like {wanted.partition(' ')[0]} = ")


def test_the_example_in_a_remedy_is_one_that_can_be_written(tmp_path: Path) -> None:
    for name, default in Settings()._asdict().items():
        with pytest.raises(SettingsError) as caught:
            read(tmp_path, f"{name} = []")
        settings = read(tmp_path, caught.value.remedy.removeprefix("write it like "))
        expected = tmp_path / default if isinstance(default, Path) else CHOICES.get(name, (default,))[0]
        assert getattr(settings, name) == expected


def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"is not TOML: .*line 2"):
        read(tmp_path, 'stack = "x"\nregion eu\n')


def test_a_name_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not TOML"):
        read(tmp_path, 'stack = "x"\nstack = "y"\n')


def test_what_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read(tmp_path, 'stack = "é"'.encode("utf-16"))


@given(st.text(max_size=60))
def test_any_text_is_settings_or_one_settings_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with suppress(SettingsError):
        assert isinstance(read(folder, text.encode("utf-8", "surrogatepass")), Settings)


@pytest.mark.parametrize(
    ("variable", "text", "wanted"),
    [
        ("GISTLINE_PORT", "many", "a whole number from 0 to 65535"),
        ("GISTLINE_PORT", "1.5", "a whole number from 0 to 65535"),
        ("GISTLINE_PORT", "-1", "a whole number from 0 to 65535"),
        ("GISTLINE_DELIVERY_WORKERS", "0", "a whole number from 1 to 1000"),
        ("GISTLINE_RETRY_SECONDS", "nan", "a number from 0 to 3600"),
        ("GISTLINE_RETRY_SECONDS", "inf", "a number from 0 to 3600"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value(variable: str, text: str, wanted: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: text})
    assert caught.value.message == f"{variable}={text!r} is not {wanted}"
    assert "unset it" in caught.value.remedy


def test_an_empty_number_says_nothing_and_an_empty_prefix_is_one() -> None:
    settings = Settings.from_environ({"GISTLINE_PORT": "", "GISTLINE_HOME": "", "GISTLINE_INPUT_PREFIX": ""})
    assert settings == Settings(input_prefix="")


def test_region_and_endpoint_come_from_awss_variables_alone() -> None:
    environ = {
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-2",
        "AWS_ENDPOINT_URL": "http://any",
        "AWS_ENDPOINT_URL_S3": "http://s3",
        "GISTLINE_REGION": "ignored",
        "GISTLINE_ENDPOINT": "ignored",
    }
    settings = Settings.from_environ(environ)
    assert (settings.region, settings.endpoint) == ("eu-west-1", "http://s3")
