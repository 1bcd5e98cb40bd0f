"""What a policy comes to, for each language, and what a run and its items get of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.domain.languages import TOOLCHAINS
from codeexec.domain.limits import SHARED_OUTPUT_BYTES, kept_output, of_item, sandbox_memory, scratch_bytes
from codeexec.domain.output import ETCD_BYTES
from codeexec.domain.policy import BUILT_IN, effective, effective_limits
from codeexec.domain.program import plan
from codeexec.domain.quantity import memory_bytes
from codeexec.models.policy import SandboxPolicy
from codeexec.models.spec import ItemLimits, Language
from codeexec.models.status import EffectiveLimits
from tests.unit.domain.examples import COMPILED, LIMITS, execution, policy, spec_of

COMPILING = {Language.TYPESCRIPT, Language.GO, Language.RUST, Language.JAVA, Language.CPP, Language.C}


def given_to(language: str = "python", stated: dict[str, Any] | None = None, **spec: Any) -> EffectiveLimits:
    """What a run gets under a policy that states this for its language; under the built-in one for None."""
    made = effective(None if stated is None else policy(language, **stated), Language(language))
    return effective_limits(execution(language=language, **spec), made)


@pytest.mark.parametrize(
    ("language", "memory", "cpu_seconds", "processes", "timeout"),
    [
        ("go", "512Mi", 30, 10, 30),
        ("python", "512Mi", 30, 5, 30),
        ("javascript", "256Mi", 20, 5, 30),
        ("typescript", "256Mi", 20, 5, 30),
        ("rust", "1Gi", 60, 10, 60),
        ("java", "1Gi", 45, 10, 45),
        ("cpp", "512Mi", 30, 5, 30),
        ("c", "256Mi", 20, 5, 30),
    ],
)
def test_without_a_policy_the_guides_table_applies(
    language: str, memory: str, cpu_seconds: int, processes: int, timeout: int
) -> None:
    found = given_to(language)
    assert (found.memory, found.cpu_time_seconds, found.processes) == (memory, cpu_seconds, processes)
    assert (found.timeout_seconds, found.cpu, found.output_bytes) == (timeout, "1", 65_536)
    assert (found.max_output_bytes, found.disk_bytes) == (16 << 20, 64 << 20)
    assert (found.compile is not None) == (Language(language) in COMPILING)
    if found.compile:
        assert (found.compile.memory, found.compile.timeout_seconds) == (memory, 30)


def test_a_policy_that_states_nothing_is_the_built_in_one_under_its_own_name() -> None:
    for language in Language:
        stated = effective(SandboxPolicy.model_validate({"metadata": {"namespace": "lab", "name": "empty"}}), language)
        built_in = effective(None, language)
        assert built_in.applied == BUILT_IN
        assert effective_limits(execution(language=language), stated) == effective_limits(
            execution(language=language), built_in
        )
        assert (stated.applied.name, stated.allows, stated.ttl_seconds) == ("empty", built_in.allows, 0)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"memory": "300Mi", "cpu": "500m"}, {"memory": "300Mi", "cpu": "500m"}),
        ({"outputBytes": 1024, "maxOutputBytes": 2048}, {"output_bytes": 1024, "max_output_bytes": 2048}),
        ({"cpuTimeSeconds": 7, "processes": 3}, {"cpu_time_seconds": 7, "processes": 3}),
        ({"diskBytes": 65_536}, {"disk_bytes": 65_536}),
        ({"timeoutSeconds": 5}, {"timeout_seconds": 5}),
        # A ceiling below the built-in default lowers that.
        ({"maxTimeoutSeconds": 10}, {"timeout_seconds": 10}),
        ({"timeoutSeconds": 5, "maxTimeoutSeconds": 10}, {"timeout_seconds": 5}),
    ],
)
def test_a_policy_states_only_what_differs(stated: dict[str, Any], expected: dict[str, Any]) -> None:
    assert given_to(stated=stated) == given_to().but(**expected)


@pytest.mark.parametrize(
    ("stated", "longest"),
    [({}, 300), ({"timeoutSeconds": 900}, 900), ({"maxTimeoutSeconds": 10}, 10), ({"timeoutSeconds": 5}, 300)],
)
def test_the_most_that_a_run_may_ask_for(stated: dict[str, Any], longest: int) -> None:
    """A default above the built-in ceiling lifts the ceiling."""
    assert effective(policy(**stated), Language.PYTHON).limits.max_timeout_seconds == longest


def test_a_policy_is_told_by_name_and_generation_with_what_it_requires() -> None:
    stated = policy(memory="64Mi").manifest()
    stated["spec"]["isolation"] = {"require": ["Seccomp", "Landlock"]}
    made = effective(SandboxPolicy.model_validate(stated), Language.PYTHON)
    assert (made.applied.name, made.applied.generation, made.ttl_seconds) == ("tight", 4, 60)
    assert made.applied.require == ("Seccomp", "Landlock")


def test_what_is_stated_for_one_language_holds_for_no_other() -> None:
    tight = policy("go", memory="64Mi")
    for language in set(Language) - {Language.GO}:
        assert effective(tight, language).limits.memory == given_to(language.value).memory


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"memory": "64Mi"}, {"memory": "64Mi", "disk_bytes": 16 << 20}),
        ({"cpu": "250m", "cpuTimeSeconds": 2, "processes": 1}, {"cpu": "250m", "cpu_time_seconds": 2, "processes": 1}),
        ({"outputBytes": 1024, "maxOutputBytes": 4096}, {"output_bytes": 1024, "max_output_bytes": 4096}),
        ({"diskBytes": 65_536}, {"disk_bytes": 65_536}),
    ],
)
def test_a_run_gets_what_it_asks_for(limits: dict[str, Any], expected: dict[str, Any]) -> None:
    assert given_to(limits=limits) == given_to().but(**expected)
    assert given_to(timeout_seconds=7) == given_to().but(timeout_seconds=7)


@pytest.mark.parametrize(("memory", "disk"), [("1Gi", 64), ("256Mi", 64), ("128Mi", 32), ("32Mi", 8)])
def test_files_are_memory_and_take_at_most_a_quarter_of_it(memory: str, disk: int) -> None:
    assert given_to(stated={"memory": memory}).disk_bytes == disk << 20
    assert given_to(limits={"memory": memory}).disk_bytes == disk << 20


@pytest.mark.parametrize(
    ("stated", "compiler", "sandbox"),
    [
        ({}, "512Mi", 512),
        # A policy that gives programs little does not make C++ impossible.
        ({"memory": "64Mi"}, "512Mi", 512),
        ({"memory": "2Gi"}, "512Mi", 2048),
        ({"compile": {"memory": "1Gi", "timeoutSeconds": 90}}, "1Gi", 1024),
        ({"memory": "64Mi", "compile": {"memory": "128Mi"}}, "128Mi", 128),
    ],
)
def test_a_compiler_has_memory_of_its_own(stated: dict[str, Any], compiler: str, sandbox: int) -> None:
    found = given_to("cpp", stated)
    assert found.compile
    assert found.compile.memory == compiler
    assert found.compile.timeout_seconds == stated.get("compile", {}).get("timeoutSeconds", 30)
    assert sandbox_memory(found) == sandbox << 20


def test_an_item_gets_what_it_asks_for_and_the_rest_from_the_run() -> None:
    spec = spec_of(timeout_seconds=9, batch=[{"name": "a", "limits": {"processes": 2}}, {"name": "b"}])
    one, other = plan(spec).items
    whole = LIMITS.but(timeout_seconds=9)
    assert of_item(whole, one) == whole.but(processes=2)
    assert of_item(whole, other) == whole
    (slow,) = plan(spec_of(timeout_seconds=9, batch=[{"name": "a", "timeoutSeconds": 20}])).items
    assert of_item(whole, slow).timeout_seconds == 20


def test_an_item_may_not_write_more_than_the_volumes_hold() -> None:
    """Less memory has left the run less for files than the policy states; an item may have asked for all of that."""
    whole = given_to(limits={"memory": "64Mi"}, batch=[{"name": "a"}])
    (item,) = plan(spec_of(batch=[{"name": "a", "limits": {"diskBytes": 64 << 20}}])).items
    assert of_item(whole, item).disk_bytes == whole.disk_bytes == 16 << 20


@pytest.mark.parametrize(
    ("asked", "items", "kept"),
    [(65_536, 1, 65_536), (131_072, 1, 131_072), (65_536, 2, 65_536), (131_072, 4, 65_536), (65_536, 100, 2621)],
)
def test_the_items_of_a_batch_share_what_fits_into_status(asked: int, items: int, kept: int) -> None:
    assert kept_output(LIMITS.but(output_bytes=asked), items) == kept
    assert items == 1 or 2 * kept * items <= SHARED_OUTPUT_BYTES


SIZES = st.integers(32, 4096).map(lambda size: f"{size}Mi")


@given(
    language=st.sampled_from(list(Language)),
    memory=SIZES,
    compiler=SIZES,
    disk=st.integers(65_536, 1 << 36),
    item=st.integers(65_536, 1 << 36),
)
def test_files_always_leave_room_for_the_program(
    language: Language, memory: str, compiler: str, disk: int, item: int
) -> None:
    stated = {"memory": memory, "diskBytes": disk, "compile": {"memory": compiler}}
    found = given_to(language.value, stated)
    (part,) = plan(spec_of(batch=[{"name": "a"}])).items
    own = of_item(found, type(part)("a", 0, (), "", None, ItemLimits(disk_bytes=item)))
    assert own.disk_bytes <= found.disk_bytes <= memory_bytes(memory) // 4
    assert found.disk_bytes <= scratch_bytes(found)
    assert 2 * scratch_bytes(found) <= sandbox_memory(found) * 3 // 4
    assert bool(TOOLCHAINS[language].compile) == (found.compile is not None)


def test_the_volumes_hold_the_largest_program_beside_its_files() -> None:
    """In 200 files that take whole pages."""
    assert scratch_bytes(LIMITS.but(disk_bytes=65_536)) >= 65_536 + ETCD_BYTES + 200 * 4096
    assert scratch_bytes(COMPILED.but(disk_bytes=65_536)) >= 65_536 + (32 << 20)
