from gistline.checks.check import Remedy, Trouble, Verdict, find
from gistline.site.site import Site
from support.fake_aws import site_where


def trouble(verdict: Verdict, words: str, remedy: Remedy | None = None) -> Trouble:
    return Trouble(verdict, words, remedy)


def test_no_trouble_is_healthy() -> None:
    finding = find("x", "a thing", [], healthy="fine")
    assert (finding.verdict, finding.evidence, finding.remedy) == (Verdict.OK, "fine", None)


def test_the_worst_trouble_decides_and_lesser_ones_stay_unsaid() -> None:
    met = [trouble(Verdict.WARN, "odd"), trouble(Verdict.FAIL, "broken"), trouble(Verdict.FAIL, "gone")]
    finding = find("x", "a thing", met, healthy="fine")
    assert (finding.verdict, finding.evidence) == (Verdict.FAIL, "broken; gone")


def test_what_could_not_be_seen_does_not_hide_what_could() -> None:
    met = [trouble(Verdict.SKIP, "denied"), trouble(Verdict.WARN, "odd")]
    assert find("x", "a thing", met, healthy="").verdict is Verdict.WARN


def test_the_remedies_of_the_worst_become_one_in_order() -> None:
    done: list[str] = []

    def deed(word: str) -> Remedy:
        def apply(_: Site) -> None:
            done.append(word)

        return Remedy(word, f"aws {word}", apply)

    met = [trouble(Verdict.FAIL, word, deed(word)) for word in ("one", "two")]
    remedy = find("x", "", [*met, trouble(Verdict.FAIL, "", Remedy("by hand"))], healthy="").remedy
    assert remedy is not None
    assert (remedy.words, remedy.command) == ("one; two; by hand", "aws one\naws two")
    assert remedy.apply is not None
    remedy.apply(site_where())
    assert done == ["one", "two"]


def test_one_remedy_for_two_troubles_is_there_once() -> None:
    shared = Remedy("restore", "aws restore")
    met = [trouble(Verdict.FAIL, "a", shared), trouble(Verdict.FAIL, "b", shared)]
    assert find("x", "", met, healthy="").remedy == shared
