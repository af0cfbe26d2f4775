from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from gistline.errors import StackError
from gistline.stack.emptying import Content, count, empty
from unit.stack.fake_aws import ACCOUNT


@dataclass
class VersionedS3:
    """One bucket: versions and delete markers as (key, version), uploads as (key, id); pages of two."""

    versions: list[tuple[str, str]] = field(default_factory=list)
    markers: list[tuple[str, str]] = field(default_factory=list)
    uploads: list[tuple[str, str]] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)

    def get_paginator(self, operation: str) -> Any:
        pages = {"list_object_versions": self._versions, "list_multipart_uploads": self._uploads}
        return SimpleNamespace(paginate=pages[operation])

    def _versions(self, **request: Any) -> list[dict[str, Any]]:
        assert request == {"Bucket": "csvs", "ExpectedBucketOwner": ACCOUNT}
        kinds = {"Versions": self.versions, "DeleteMarkers": self.markers}
        entries = [(kind, entry) for kind, listed in kinds.items() for entry in listed]
        pages: list[dict[str, Any]] = []
        for start in range(0, len(entries), 2):
            page: dict[str, Any] = {}
            for kind, (key, version) in entries[start : start + 2]:
                page.setdefault(kind, []).append({"Key": key, "VersionId": version})
            pages.append(page)
        return [*pages, {}]

    def _uploads(self, **_request: Any) -> list[dict[str, Any]]:
        return [{"Uploads": [{"Key": key, "UploadId": upload} for key, upload in self.uploads]}, {}]

    def delete_objects(self, **request: Any) -> dict[str, Any]:
        assert request["ExpectedBucketOwner"] == ACCOUNT
        errors = []
        for entry in request["Delete"]["Objects"]:
            if entry["Key"] in self.locked:
                errors.append({"Key": entry["Key"], "Code": "AccessDenied", "Message": "locked"})
            else:
                for listed in (self.versions, self.markers):
                    if (entry["Key"], entry["VersionId"]) in listed:
                        listed.remove((entry["Key"], entry["VersionId"]))
        return {"Errors": errors}

    def abort_multipart_upload(self, **request: Any) -> None:
        self.uploads.remove((request["Key"], request["UploadId"]))


def full() -> Any:
    return VersionedS3(
        versions=[("a", "1"), ("a", "2"), ("b", "null")],
        markers=[("c", "1")],
        uploads=[("d", "u1"), ("d", "u2")],
    )


def test_versions_markers_and_uploads_are_counted_and_stay() -> None:
    s3 = full()
    assert count(s3, "csvs", ACCOUNT) == Content(3, 1, 2)
    assert count(s3, "csvs", ACCOUNT).words == (
        "3 objects and versions, 1 delete markers, 2 unfinished uploads"
    )


def test_all_of_them_are_removed() -> None:
    s3 = full()
    empty(s3, "csvs", ACCOUNT)
    assert count(s3, "csvs", ACCOUNT) == Content(0, 0, 0)


def test_what_is_locked_is_named() -> None:
    s3 = full()
    s3.locked = {"b"}
    with pytest.raises(StackError, match="the first is 'b': AccessDenied: locked") as refused:
        empty(s3, "csvs", ACCOUNT)
    assert "object lock" in refused.value.remedy
