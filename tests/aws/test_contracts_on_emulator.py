"""The contract suites of store and blobs once more, on the emulator."""

from __future__ import annotations

import pytest

from automl_lite.blobs import open_blobs
from tests.aws.emulator import CREDENTIALS, Account
from tests.contracts import test_store, test_store_batches
from tests.contracts.test_blobs import (  # noqa: F401
    test_a_placed_file_is_used_up,
    test_a_reader_can_jump,
    test_an_open_reader_outlives_deletion,
    test_an_upload_in_parts_can_be_given_up,
    test_gives_back_the_bytes,
    test_keys_are_listed_by_prefix_and_deleted,
    test_keys_of_another_form_are_bugs,
    test_missing_key_names_itself,
    test_parts_become_one_blob,
    test_readers_never_see_half_a_blob,
    test_the_same_arguments_give_the_same_link,
    test_the_tag_changes_with_the_content,
)
from tests.contracts.test_store import store  # noqa: F401
from tests.moto_server import new_bucket, new_tables

# With an emulator of its own, beside the tests that wait for Terraform.
pytestmark = pytest.mark.xdist_group("aws-contracts")


# Both suites have tests of the same names; whatever is added to them runs here as well.
for _suite, _suffix in ((test_store, ""), (test_store_batches, "_of_batches")):
    globals().update({f"{n}{_suffix}": test for n, test in vars(_suite).items() if n.startswith("test_")})


@pytest.fixture
def in_account(emulated: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL": emulated.url}).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def store_url(in_account) -> str:
    return new_tables()


@pytest.fixture
def blobs(in_account):
    return open_blobs(new_bucket())
