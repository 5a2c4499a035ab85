"""The package as people use it."""
from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from conftest import PASSWORD, PDF, World, package

import nanomarket


def test_values_have_pythons_types(world: World) -> None:
    nano = world.published()
    assert isinstance(nano.id, UUID) and isinstance(nano.creator_id, UUID)
    assert nano.published_at == datetime.fromtimestamp(world.now / 1000, timezone.utc)
    assert nano.archived_at is None and nano.review_reason is None
    assert nano.status is nanomarket.NanoState.PUBLISHED and nano.status.word == "published"
    assert nano.category_names == ("Recht",) and isinstance(nano.category_ids[0], UUID)
    assert nano.to_dict()["id"] == str(nano.id)
    assert repr(nano) == f"<nanomarket.Nano id={nano.id} title=Datenschutz>"


def test_an_id_is_given_as_uuid_or_text(world: World) -> None:
    nano = world.published()
    assert world.guest.nano_get(nano.id).title == world.guest.nano_get(str(nano.id)).title


def test_an_enum_is_given_as_value_or_word(world: World) -> None:
    world.published()
    for status in (nanomarket.NanoState.PUBLISHED, "published"):
        assert len(world.guest.nano_list(status=status).page()) == 1
    with pytest.raises(ValueError):
        world.guest.nano_list(status="nonsense").page()


def test_values_outlive_page_session_and_market(world: World) -> None:
    world.published()
    nano = world.guest.nano_list().page()[0]
    world.market.close()
    assert nano.title == "Datenschutz"


def test_a_list_is_iterated_over_its_pages(world: World) -> None:
    for i in range(23):
        world.creator.nano_create(title=f"Nummer {i:02}")
    listing = world.creator.nano_list(status="draft", order="title", limit=10)
    assert [n.title for n in listing] == [f"Nummer {i:02}" for i in range(23)]
    assert [len(page) for page in listing.pages()] == [10, 10, 3]
    page = listing.page()
    assert page[-1].title == "Nummer 09" and [n.title for n in page[2:4]] == ["Nummer 02", "Nummer 03"]
    following = world.creator.nano_list(status="draft", order="title", limit=10, cursor=page.next_cursor)
    assert next(iter(following)).title == "Nummer 10"
    with pytest.raises(IndexError):
        page[10]


def test_an_update_tells_none_from_not_given(world: World) -> None:
    nano = world.creator.nano_create(title="Eins", description="Lang")
    assert world.creator.nano_update(nano.id, title="Zwei").description == "Lang"
    assert world.creator.nano_update(nano.id, description=None).description is None


def test_errors_mean_what_they_say(world: World) -> None:
    with pytest.raises(KeyError) as missing:
        world.guest.nano_get("00000000-0000-8000-8000-000000000000")
    error = missing.value
    assert isinstance(error, nanomarket.NotFoundError)
    assert (error.status, error.code, error.operation, error.http_status) == (-4, "not_found", "nano_get", 404)
    with pytest.raises(ValueError) as invalid:
        world.creator.nano_create(title=" ")
    assert isinstance(invalid.value, nanomarket.InvalidError) and invalid.value.field == "title"
    with pytest.raises(PermissionError):
        world.guest.user_list().page()
    with pytest.raises(nanomarket.NotFoundError):
        nanomarket.open(world.folder / "none.db")
    with pytest.raises(nanomarket.LoginError) as pure:
        nanomarket.jwt_verify("x", jwks='{"keys": []}', issuer="i", audience="a")
    assert pure.value.field == "token"


def test_the_message_is_in_the_sessions_language(world: World) -> None:
    messages = []
    for language in ("en", "de"):
        world.guest.set_language(language)
        with pytest.raises(nanomarket.NotFoundError) as error:
            world.guest.user_find("nobody")
        messages.append(error.value.message)
    assert messages[0] != messages[1]


def test_a_limit_tells_when_to_try_again(world: World) -> None:
    world.guest.set_client("192.0.2.1")
    with pytest.raises(nanomarket.LimitError) as error:
        for _ in range(100):
            world.guest.password_request_reset("nobody@example.org")
    assert error.value.retry_after is not None and error.value.retry_after > timedelta(0)


def test_each_status_has_its_exception() -> None:
    for status in nanomarket.Status:
        if status is not nanomarket.Status.OK:
            error = nanomarket.errors.from_status(status, "o", "f", "m", 5, 409)
            assert type(error) is not nanomarket.NanomarketError and error.code == status.word
            again = pickle.loads(pickle.dumps(error))
            assert (type(again), str(again), again.field) == (type(error), "m", "f")


def test_login(world: World) -> None:
    world.system.user_add(role="consumer", email="lena@example.org", username="lena", password=PASSWORD)
    session = world.market.login("lena@example.org", PASSWORD)
    assert session.user_id() == session.user_find("lena").id
    assert isinstance(session.known_device(), str)
    session.logout()
    assert session.user_id() is None
    with pytest.raises(nanomarket.LoginError):
        world.market.login("lena@example.org", "wrong wrong wrong")


def test_a_package_goes_in_as_bytes_file_or_path(world: World, tmp_path: Path) -> None:
    content = package(size=300_000)
    (tmp_path / "p.zip").write_bytes(content)
    sources: list[object] = [content, bytearray(content), memoryview(content), io.BytesIO(content), tmp_path / "p.zip", str(tmp_path / "p.zip")]
    for source in sources:
        nano = world.creator.nano_create(title="Paket")
        version = world.creator.package_upload(nano.id, source)  # type: ignore[arg-type]
        assert version.size == len(content) and version.number == "1.0.0"
        assert world.creator.package_download(nano.id) == content
        assert world.creator.package_download(nano.id, offset=100, length=50) == content[100:150]
    target = io.BytesIO()
    world.creator.package_download(nano.id, to=target)
    assert target.getvalue() == content
    world.creator.package_download(nano.id, to=tmp_path / "out.zip")
    assert (tmp_path / "out.zip").read_bytes() == content
    entries = world.creator.package_list(nano.id)
    assert [e.name for e in entries] == ["index.pdf", "big.txt"] and entries[0].media_type == "application/pdf"
    assert world.creator.package_read_entry(nano.id, "index.pdf") == PDF


def test_an_exception_of_a_callback_comes_out(world: World) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ZeroDivisionError("of the reader")

    nano = world.creator.nano_create(title="Paket")
    with pytest.raises(ZeroDivisionError, match="of the reader"):
        world.creator.package_upload(nano.id, Broken())
    assert world.creator.nano_get(nano.id).version is None

    def progress(done: int, total: int) -> None:
        raise ZeroDivisionError("of the progress")

    with pytest.raises(ZeroDivisionError, match="of the progress"):
        world.system.market_backup(world.folder / "b.db", progress=progress)
    assert not (world.folder / "b.db").exists()


def test_progress_is_told_and_stops(world: World) -> None:
    world.published()
    steps: list[tuple[int, int]] = []
    world.system.market_backup(world.folder / "b.db", progress=lambda done, total: steps.append((done, total)))
    assert steps
    with pytest.raises(nanomarket.CancelledError):
        world.system.market_backup(world.folder / "c.db", progress=lambda done, total: False)
    assert not (world.folder / "c.db").exists()


def test_a_backup_is_restored_with_the_root_key(world: World) -> None:
    key = bytes(range(32))
    nano = world.published()
    world.system.keys_change_root(callback=key)
    world.system.market_backup(world.folder / "b.db")
    nanomarket.market_restore(world.folder / "b.db", world.folder / "r.db")
    with nanomarket.open(world.folder / "r.db", root_key=key) as restored, restored.session() as guest:
        assert guest.nano_get(nano.id).title == nano.title
    with pytest.raises(nanomarket.DeniedError):
        nanomarket.open(world.folder / "r.db", root_key=bytes(32))


def test_search_knows_words_of_the_markets_own(world: World) -> None:
    world.published()
    with nanomarket.open(world.path, search_words="DSGVO = Datenschutz\n") as market, market.session() as guest:
        assert [nano.title for nano in guest.search(text="DSGVO").page()] == ["Datenschutz"]
    with pytest.raises(nanomarket.InvalidError) as refused:
        nanomarket.open(world.path, search_words="gut\n|halb\n")
    assert refused.value.field == "search_words" and "line 2" in str(refused.value)
    with pytest.raises(TypeError):
        nanomarket.open(world.path, search_words=["DSGVO"])  # type: ignore[arg-type]


def test_a_report_is_a_sequence(world: World) -> None:
    report = world.system.market_check(False)
    assert list(report) == [] and len(report) == 0 and report.to_dict()["items"] == []


def test_flags_and_texts_of_pure_calls() -> None:
    meter = nanomarket.password_measure("abc")
    assert nanomarket.PasswordSuggestion.LONGER | nanomarket.PasswordSuggestion.DIGIT in meter.suggestions
    assert meter.strength is nanomarket.PasswordStrength.WEAK
    assert nanomarket.qr_svg("x").startswith("<")
    assert nanomarket.__version__ == nanomarket.library_version()


def test_a_naive_time_is_refused(world: World) -> None:
    user = world.system.user_find("consumer")
    with pytest.raises(ValueError, match="time zone"):
        world.admin.user_suspend(user.id, "because", datetime(2030, 1, 1))
    world.admin.user_suspend(user.id, "because", datetime(2030, 1, 1, tzinfo=timezone.utc))
    assert world.admin.user_get(user.id).suspended_until == datetime(2030, 1, 1, tzinfo=timezone.utc)


def test_nothing_half_built_can_be_made() -> None:
    for kind in (nanomarket.Market, nanomarket.Session, nanomarket.Nano):
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(Exception):
            repr(object.__new__(kind))
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            copied(nanomarket.password_measure("x"))


def test_documentation_comes_from_the_headers() -> None:
    for name, call in vars(nanomarket._api.SessionCalls).items():
        if not name.startswith("_") and name not in ("login_with_code",):
            assert call.__doc__, name
    assert "InvalidError" in (nanomarket.Session.nano_create.__doc__ or "")
    assert "NMK_" not in (nanomarket.Session.user_register.__doc__ or "")


def test_the_import_is_silent_and_brings_no_other_package() -> None:
    code = "import sys; before = set(sys.modules); import nanomarket; print(sorted(m for m in sys.modules if m.split('.')[0] not in sys.stdlib_module_names and m not in before and not m.startswith(('nanomarket', 'swig_runtime_data'))))"
    done = subprocess.run([sys.executable, "-X", "dev", "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_package_brings_the_lexicon_of_german(world: World) -> None:
    nano = world.published("Umsatzsteuervoranmeldung")
    for part in ("Steuer", "Voranmeldung", "Umsatzsteuer"):
        assert [found.id for found in world.guest.search(text=part, strict=True)] == [nano.id]


def test_a_search_corrects_and_marks(world: World) -> None:
    world.published("Datenschutz & Büro")
    page = world.guest.search(text="datenshutz", snippet_characters=100).page()
    assert page.corrected and page.corrections == ("Datenschutz",) and page.total == 1
    assert page.html_titles == ("<mark>Datenschutz</mark> &amp; Büro",)
    assert len(page.snippets) == len(page.html_snippets) == 1 and page.snippets[0]
    page = world.guest.search(text="datenshutz", strict=True).page()
    assert not page.corrected and page.corrections == ("Datenschutz",) and page.snippets == ()
    assert [s.text for s in world.guest.suggest("daten")] == ["Datenschutz", "Datenschutz & Büro"]
    assert world.guest.search(text="datenschutz").page().html_snippets == (None,)


def test_a_search_is_saved_and_found_again(world: World) -> None:
    world.published("Datenschutz im Büro")
    member = world.consumer
    saved = member.saved_search_create("Büro", True, text="datenschutz", durations=["short"], language="de")
    assert (saved.name, saved.text, saved.language, saved.alert) == ("Büro", "datenschutz", "de", True)
    assert [s.id for s in member.saved_search_list()] == [saved.id]
    assert len(list(member.search(text=saved.text, language=saved.language))) == 1
    member.past_search_record("datenschutz", 1)
    assert [(p.text, p.result_count) for p in member.past_search_list()] == [("datenschutz", 1)]
    member.saved_search_delete(saved.id)
    assert list(member.saved_search_list()) == []


def test_a_search_counts_and_explains(world: World) -> None:
    nano = world.published("Datenschutz im Büro")
    world.published("Datenschutz zu Hause")
    facets = nanomarket.SearchFacet.TOPIC | nanomarket.SearchFacet.DURATION
    page = world.guest.search(text="datenschutz", facets=facets, explain=True).page()
    assert (page.total, len(page), page.relaxed, page.missing) == (2, 2, False, ())
    assert page.facets(nanomarket.SearchFacet.TOPIC) == ((str(nano.category_ids[0]), "Recht", 2, False),)
    assert [(f.value, f.hits) for f in page.facets(nanomarket.SearchFacet.DURATION)] == [("1-15", 2)]
    assert page.facets(nanomarket.SearchFacet.LEVEL) == ()
    assert page.scores[0] >= page.scores[1] > 0 and all(e is not None and e.startswith("{") for e in page.explanations)
    relaxed = world.guest.search(text="datenschutz quantencomputer").page()
    assert relaxed.relaxed and relaxed.missing == ("quantencomputer",) and relaxed.total == 2
    assert not world.guest.search(text="datenschutz quantencomputer", strict=True).page().relaxed
    lists = world.guest.search(facets=[nanomarket.SearchFacet.TOPIC], durations=["short", nanomarket.SearchDuration.LONG],
                               category_ids=[nano.category_ids[0]], languages=["de", "en"], sort="newest", weights={"title": -1})
    assert isinstance(lists, nanomarket.SearchListing) and [type(p) for p in lists.pages()] == [nanomarket.SearchPage]
    wrongs: list[dict[str, Any]] = [{"durations": "short"}, {"durations": ["nonsense"]}, {"languages": "de"}]
    for wrong in wrongs:
        with pytest.raises((TypeError, ValueError)):
            world.guest.search(**wrong).page()
