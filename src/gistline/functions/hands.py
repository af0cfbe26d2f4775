"""What the functions that write summaries work with, made once per execution environment.

Comes in: the environment. Goes out: `Hands`. Called by the doors `summarizer` and `recorder` at cold start, so that
both keep to the same layout and write in the same way.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, cast

from gistline.aws.objects import Objects
from gistline.config import Settings
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.mark import Profiler
from gistline.pipeline.reconcile import OnSourceDelete, Reconciler, Store

_BUCKETS_KEPT = 8  # clients; a function serves one bucket, and a second while it moves


class Hands(NamedTuple):
    """What the functions that write summaries work with."""

    layout: KeyLayout
    reconciler: Reconciler
    objects: Callable[[str], Store]  # bucket -> its objects

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Hands":
        """Build what AWS runs.

        Raises:
            SettingsError: a setting is wrong.
            OverlapError: summaries could trigger summaries; nothing has been read or written yet.
        """
        settings = Settings.from_environ(environ)
        layout = KeyLayout.of(settings)
        reconciler = Reconciler(
            Profiler.ours(),
            clock=lambda: datetime.now(UTC),
            sleep=time.sleep,
            random=random.random,
            on_delete=cast("OnSourceDelete", settings.on_source_delete or "tombstone"),
        )

        @lru_cache(maxsize=_BUCKETS_KEPT)
        def objects(bucket: str) -> Objects:
            return Objects(bucket, settings, environ)

        return cls(layout, reconciler, objects)
