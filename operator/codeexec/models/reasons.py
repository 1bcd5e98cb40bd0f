"""Why a CodeExecution ended as it did: the one list of `status.reason`, stable; docs/reasons.md explains each."""

from enum import StrEnum


class Reason(StrEnum):
    """Terminal reasons. The user's fault and the platform's fault never share one."""

    # Refused, or never started: no user code has run.
    INVALID_SPEC = "InvalidSpec"
    POLICY_NOT_FOUND = "PolicyNotFound"
    POLICY_INVALID = "PolicyInvalid"
    CODE_TOO_LARGE = "CodeTooLarge"
    SYNTAX_ERROR = "SyntaxError"
    UNSAFE_CODE_PATTERN = "UnsafeCode"
    VALIDATION_TIMEOUT = "ValidationTimeout"
    VALIDATION_FAILED = "ValidationFailed"
    IMAGE_UNAVAILABLE = "ImageUnavailable"
    UNSCHEDULABLE = "Unschedulable"
    NETWORK_NOT_ISOLATED = "NetworkNotIsolated"
    ISOLATION_UNAVAILABLE = "IsolationUnavailable"

    # The compiler ran, the program did not.
    COMPILE_ERROR = "CompileError"
    COMPILE_TIMEOUT = "CompileTimeout"

    # The program ran, or may have run.
    COMPLETED = "Completed"
    NON_ZERO_EXIT = "NonZeroExit"
    SIGNALLED = "Signalled"
    TIMEOUT = "Timeout"
    CPU_TIME_EXCEEDED = "CPUTimeExceeded"
    MEMORY_LIMIT_EXCEEDED = "MemoryLimitExceeded"
    PROCESS_LIMIT_EXCEEDED = "ProcessLimitExceeded"
    OUTPUT_LIMIT_EXCEEDED = "OutputLimitExceeded"
    DISK_LIMIT_EXCEEDED = "DiskLimitExceeded"
    WRONG_OUTPUT = "WrongOutput"
    CANCELLED = "Cancelled"
    SANDBOX_LOST = "SandboxLost"
    SANDBOX_ERROR = "SandboxError"


class Phase(StrEnum):
    """A printed column, never the contract: conditions are."""

    PENDING = "Pending"
    QUEUED = "Queued"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


EXIT_TIMEOUT = 124  # as coreutils' timeout(1) says it
EXIT_OUT_OF_MEMORY = 137  # 128 + SIGKILL, as a shell says it
