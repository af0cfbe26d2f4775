"""The list of faults, held against the folder and against the doctor's checks."""

from pathlib import Path

import pytest

from gistline.checks import doctor
from gistline.checks.faults import catalogue
from gistline.checks.faults.catalogue import ALL, NAMES, by_name
from gistline.checks.faults.fault import Fault

every_fault = pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)


def test_one_fault_is_one_file_and_none_is_forgotten() -> None:
    folder = Path(catalogue.__file__).parent
    files = {path.stem for path in folder.glob("*.py") if "\nFAULT = Fault(" in path.read_text("utf-8")}
    assert {name.replace("-", "_") for name in NAMES} == files
    assert len(set(NAMES)) == len(NAMES)


@every_fault
def test_a_fault_is_for_a_check_that_the_doctor_has(fault: Fault) -> None:
    assert fault.check in {check.id for check in doctor.ALL}


@every_fault
def test_a_fault_teaches_in_one_paragraph_and_says_what_it_breaks_in_one_sentence(fault: Fault) -> None:
    assert "\n\n" not in fault.teaches
    assert len(fault.teaches) > 200
    assert fault.breaks.endswith(".")
    assert ". " not in fault.breaks


def test_a_fault_is_found_by_its_name() -> None:
    assert all(by_name(fault.name) is fault for fault in ALL)
    with pytest.raises(KeyError):
        by_name("no-such-fault")
