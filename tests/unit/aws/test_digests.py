from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import etag_of
from gistline.aws.digests import Digests
from gistline.aws.objects import Download
from gistline.aws.s3 import Token
from gistline.errors import ObjectStoreUnavailableError

RIGHT, WRONG, OTHER = b"id\n1\n", b"id\n2\n", b"id\n3\n"


def download(digests: Digests, body: bytes, path: Path, etag: str = etag_of(RIGHT)) -> None:
    def chunks() -> Iterator[bytes]:
        yield body[:2]
        yield body[2:]

    Download("it", Token(etag, len(body)), chunks(), digests).save(path / "file")


def test_bytes_that_were_changed_on_the_way_are_no_download(tmp_path: Path) -> None:
    digests = Digests()
    for body in (WRONG, OTHER, WRONG):
        with pytest.raises(ObjectStoreUnavailableError, match="other bytes than its ETag says"):
            download(digests, body, tmp_path)
    download(digests, RIGHT, tmp_path)
    assert (tmp_path / "file").read_bytes() == RIGHT


@pytest.mark.parametrize("bodies", [(RIGHT, RIGHT), (WRONG, RIGHT, RIGHT)], ids=["first", "later"])
def test_etag_that_is_no_md5_is_learned_from_three_downloads_that_agree(
    bodies: tuple[bytes, ...], tmp_path: Path
) -> None:
    digests, kms = Digests(), etag_of(b"encrypted")
    for body in bodies:
        with pytest.raises(ObjectStoreUnavailableError):
            download(digests, body, tmp_path, kms)
    download(digests, RIGHT, tmp_path, kms)
    download(digests, OTHER, tmp_path, etag_of(b"encrypted, too"))


@pytest.mark.parametrize("etag", [f"{etag_of(RIGHT)}-2", "", "opaque"])
def test_etag_of_another_form_says_nothing_of_the_bytes(etag: str, tmp_path: Path) -> None:
    download(Digests(), WRONG, tmp_path, etag)
