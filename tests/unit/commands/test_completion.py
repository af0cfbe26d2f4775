"""Completion in the shell: the script, and what it asks us for."""

import os
import subprocess
import sys

import pytest

from gistline.cli import VERBS, main

HOOK = "_GISTLINE_COMPLETE"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_our_command_and_its_hook(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    printed = capsys.readouterr().out
    assert "gistline" in printed
    assert f"{HOOK}={shell}_complete" in printed


def test_another_shell_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert "'bash', 'zsh', 'fish'" in capsys.readouterr().err


def completed(words: str, code: str = "") -> list[str]:
    """Ask as bash does, with the cursor behind the last word."""
    environ = {
        "PATH": os.defpath,
        HOOK: "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    program = f"import sys; from gistline.cli import main\ntry:\n    main([])\nfinally:\n    {code or 'pass'}"
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout.splitlines() + done.stderr.splitlines()


def test_verbs_are_completed() -> None:
    assert completed("gistline s") == [f"plain,{verb}" for verb in VERBS if verb.startswith("s")]
    assert completed("gistline ") == [f"plain,{verb}" for verb in VERBS]


def test_options_are_completed() -> None:
    assert "plain,--limit" in completed("gistline ls --l")
    assert "plain,--version" in completed("gistline --v")


def test_verbs_are_completed_without_importing_any() -> None:
    code = "print('IMPORTED', [name for name in sys.modules if name.startswith('gistline.commands.')])"
    assert completed("gistline c", code)[-1] == "IMPORTED []"
