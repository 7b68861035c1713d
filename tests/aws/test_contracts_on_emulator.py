"""The contract suites of store and blobs once more, on the emulator."""

from __future__ import annotations

import pytest

from automl_lite.blobs import open_blobs
from tests.aws.emulator import CREDENTIALS, Account
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
from tests.contracts.test_store import (  # noqa: F401
    store,
    test_a_cursor_survives_additions_and_deletions,
    test_absent_records_are_named,
    test_an_id_is_taken_once,
    test_any_text_comes_back_and_is_found,
    test_dataset_filters,
    test_deleted_records_are_gone,
    test_filters_agree_with_the_domain,
    test_foreign_cursors_are_refused,
    test_gives_back_what_it_was_given,
    test_no_change_is_lost_among_threads,
    test_no_job_is_claimed_twice,
    test_only_the_writer_who_read_last_may_write,
    test_pages_are_newest_first_and_light,
    test_running_jobs_come_whole,
    test_stuck_analyses_are_found,
    test_the_last_page_has_no_cursor,
    test_the_longest_waiting_job_is_claimed_first,
    test_the_queue_is_counted,
    test_two_stores_share_what_is_durable,
)
from tests.moto_server import new_bucket, new_tables

# With an emulator of its own, beside the tests that wait for Terraform.
pytestmark = pytest.mark.xdist_group("aws-contracts")


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
