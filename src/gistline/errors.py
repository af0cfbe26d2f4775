"""What can go wrong, as a tree. Every error says where, what, and what to do.

GistlineError                 code, message, remedy; `retryable` tells whether trying again can help
├── SettingsError             a setting is wrong or missing
│   └── OverlapError          the trigger would match what the summarizer writes: a loop
├── NotificationError         an event that is not S3's
├── RejectedError             the file is no CSV that can be summarised; trying again changes nothing
├── LibraryError              a library that gistline needs is not installed, or not for this machine
├── PartialError              parts of a table do not fit together, or a saved one cannot be read
├── ObjectStoreError          S3 said no
│   ├── ObjectNotFoundError   no such key
│   ├── ObjectForbiddenError  the execution role may not do this
│   ├── ObjectChangedError    it is no longer as it was when we looked; retryable
│   └── ObjectStoreUnavailableError   S3 did not answer as it should; retryable
├── ContendedError            others kept changing the object or its summary; retryable
├── OutOfTimeError            an invocation's time went to something else; retryable
├── RecordsFailedError        some records of one event failed; each with its reason
├── InvocationFailedError     Lambda has given an event up; each way has its code
│   └── OvertakenError        ... that was about another state of the object
├── InvokeError               Lambda did not accept an event; retryable
├── PackageError              the Lambda package could not be built
├── StackError                AWS could not create, change, read or use the stack
│   └── NotASummaryError      something else lies where a summary should
├── LocalCloudError           the local cloud does not start, answer or stop
└── UnexpectedError           a bug: an exception that nobody has foreseen

Comes in: nothing. Goes out: exceptions that `cli` turns into exit codes and that Lambda puts into the
on-failure destination. Called by every room; imports nothing.
"""


class GistlineError(Exception):
    """The root; never raised itself.

    `code` is the stable name under which the docs explain the error, `message` says what happened and
    where, `remedy` says what to do. No message ever contains what a cell of somebody's file holds.
    """

    code = "error"
    retryable = False

    def __init__(self, message: str, remedy: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code or type(self).code

    def __str__(self) -> str:
        remedy = f" - {self.remedy}" if self.remedy else ""
        return f"[{self.code}] {self.message}{remedy}"


class SettingsError(GistlineError):
    """A setting is wrong or missing."""

    code = "settings"


class OverlapError(SettingsError):
    """The trigger would match what the summarizer writes, so that it would call itself for ever."""

    code = "overlap"


class NotificationError(GistlineError):
    """An event that is not an S3 event notification of version 2."""

    code = "notification"


class RejectedError(GistlineError):
    """The file is no CSV that can be summarised; trying again changes nothing."""

    code = "rejected"


class LibraryError(GistlineError):
    """A library that gistline needs is not installed, or does not run on this machine."""

    code = "library"


class PartialError(GistlineError):
    """Parts of a table do not fit together, or a saved part cannot be read."""

    code = "partial"


class ObjectStoreError(GistlineError):
    """S3 refused a call."""

    code = "object-store"


class ObjectNotFoundError(ObjectStoreError):
    """S3 has no such key."""

    code = "object-not-found"


class ObjectForbiddenError(ObjectStoreError):
    """The execution role may not do this (HTTP 403)."""

    code = "object-forbidden"


class ObjectChangedError(ObjectStoreError):
    """A condition of a request does not hold: somebody has written since we looked, or is writing now."""

    code = "object-changed"
    retryable = True


class ObjectStoreUnavailableError(ObjectStoreError):
    """S3 did not answer, or answered that it cannot now; trying again can help."""

    code = "object-store-unavailable"
    retryable = True


class ContendedError(GistlineError):
    """Others kept changing the object or its summary, each time that we looked again."""

    code = "contended"
    retryable = True


class OutOfTimeError(GistlineError):
    """An invocation's time ran out, but most of it had gone to something else: another attempt has all of it."""

    code = "out-of-time"
    retryable = True


class RecordsFailedError(GistlineError):
    """Some records of one event failed; the others are done."""

    code = "records-failed"
    retryable = True


class InvocationFailedError(GistlineError):
    """Lambda has given an event up: its function was killed, timed out, or failed each time."""

    code = "invocation-failed"


class OvertakenError(InvocationFailedError):
    """Lambda has given up the event of another upload under the same key; there is no verdict on this one yet."""

    code = "overtaken"


class InvokeError(GistlineError):
    """Lambda did not accept an event for a function that is invoked asynchronously."""

    code = "invoke"
    retryable = True


class PackageError(GistlineError):
    """The Lambda package could not be built."""

    code = "package"


class StackError(GistlineError):
    """AWS could not create, change, read or use the stack."""

    code = "stack"


class NotASummaryError(StackError):
    """Something else lies where a summary should: nothing that this version of gistline can read."""

    code = "not-a-summary"


class LocalCloudError(GistlineError):
    """The local cloud does not start, answer or stop."""

    code = "local-cloud"


class UnexpectedError(GistlineError):
    """A bug of gistline's: an exception that nobody has foreseen. Its own text is not told, as it may quote a cell."""

    code = "unexpected"
