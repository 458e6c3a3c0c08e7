"""Data: where it comes from, what is refused, what stands in, and the statistics of what is generated."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import socket
import tarfile
import threading
import zipfile

import numpy as np
import pytest
from lessonkit import data
from lessonkit.data import loaders, samples, sources

NEGATIVE, POSITIVE = b"a dull film .\nit drags .\n", b"a warm film .\nit sings .\n"
CONTENT = {"rt-polarity.neg": NEGATIVE, "rt-polarity.pos": POSITIVE}


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    """No folder, an empty cache, no host asked yet."""
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sources, "_silent_hosts", {})
    for proxy in (
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(proxy, raising=False)


def register(monkeypatch, url: str | None) -> None:
    """Make `rt-polarity` two tiny files that live at `url`."""
    files = [
        {"path": f"rt-polarity/{name}", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
         "url": url and f"{url}/{name}"}
        for name, content in CONTENT.items()
    ]  # fmt: skip
    monkeypatch.setitem(
        sources.REGISTRY, "rt-polarity", {**sources.REGISTRY["rt-polarity"], "files": files}
    )


@pytest.fixture
def server(monkeypatch):
    """A web server on this machine; `server.files` is what it serves, `server.asked` what it was asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.rsplit("/", 1)[-1]
            self.server.asked.append(name)
            status, content = self.server.files.get(name, (404, b""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.files = {name: (200, content) for name, content in CONTENT.items()}
    running.asked = []
    threading.Thread(target=running.serve_forever, daemon=True).start()
    register(monkeypatch, f"http://127.0.0.1:{running.server_port}")
    yield running
    running.shutdown()
    running.server_close()


def fill(folder, content=CONTENT):
    (folder / "rt-polarity").mkdir(parents=True)
    for name, text in content.items():
        (folder / "rt-polarity" / name).write_bytes(text)
    return folder


def test_the_folder_is_used_first_and_named(server, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA_DIR", str(fill(tmp_path / "data")))
    said = []
    found = data.load("rt-polarity", said.append)
    assert found.texts == ["a dull film .", "it drags .", "a warm film .", "it sings ."]
    assert found.labels.tolist() == [0, 0, 1, 1]
    assert not found.is_sample and "COURSE_DATA_DIR" in found.source
    assert len(said) == 1 and "4 texts" in said[0] and "2 positive" in said[0]
    assert "10.3115/1219840.1219855" in found.citation and found.licence
    assert server.asked == []


def test_a_wrong_hash_in_the_folder_is_refused_and_named(server, monkeypatch, tmp_path):
    folder = fill(tmp_path / "data", CONTENT | {"rt-polarity.pos": b"changed\n"})
    monkeypatch.setenv("COURSE_DATA_DIR", str(folder))
    said = []
    found = data.load("rt-polarity", said.append)
    assert any(line.startswith("Refused") and "rt-polarity.pos" in line for line in said)
    assert found.source == "127.0.0.1" and "changed" not in found.texts


def test_a_download_is_verified_cached_and_not_repeated(server):
    said = []
    assert data.load("rt-polarity", said.append).source == "127.0.0.1"
    assert sorted(server.asked) == sorted(CONTENT)
    server.files = {}
    assert data.load("rt-polarity", said.append).source == "the cache"
    assert len(server.asked) == 2


def test_a_download_with_a_wrong_hash_is_refused_and_not_cached(server):
    server.files["rt-polarity.pos"] = (200, POSITIVE.replace(b"warm", b"cold"))
    said = []
    found = data.load("rt-polarity", said.append)
    assert found.is_sample
    assert any("Refused" in line and "rt-polarity.pos" in line for line in said)
    assert not [path for path in sources.cache_dir().rglob("*") if path.is_file()]


def test_a_download_that_never_ends_is_cut(server):
    server.files["rt-polarity.neg"] = (200, NEGATIVE + b"x" * 5_000_000)
    said = []
    assert data.load("rt-polarity", said.append).is_sample
    assert any("Refused" in line for line in said)


def test_a_damaged_cache_mends_itself(server):
    data.load("rt-polarity", lambda line: None)
    (sources.cache_dir() / "rt-polarity" / "rt-polarity.neg").write_bytes(b"damaged")
    said = []
    assert data.load("rt-polarity", said.append).source == "127.0.0.1"
    assert any("Refused" in line for line in said)
    assert data.load("rt-polarity", said.append).source == "the cache"


def test_a_failing_server_is_asked_again_and_a_missing_file_is_not(server, monkeypatch):
    monkeypatch.setattr(sources.time, "sleep", lambda seconds: None)
    server.files = {"rt-polarity.neg": (503, b"")}
    data.load("rt-polarity", lambda line: None)
    assert server.asked == ["rt-polarity.neg"] * sources.ATTEMPTS
    server.asked.clear()
    server.files = {}
    data.load("rt-polarity", lambda line: None)
    assert server.asked == ["rt-polarity.neg"]


def test_a_silent_host_is_given_up_once(monkeypatch):
    """A host that takes the connection and never answers must not hang the lesson, nor be asked for every file."""
    monkeypatch.setattr(sources, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0), backlog=8) as silent:
        silent.setblocking(False)
        register(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")
        said = []
        for _ in range(3):
            assert data.load("rt-polarity", said.append).is_sample
        connections = 0
        while True:
            try:
                silent.accept()[0].close()
                connections += 1
            except BlockingIOError:
                break
    assert connections == 1
    assert "does not answer" in said[0]


def test_falling_back_says_why_and_how_to_get_the_real_data(monkeypatch):
    register(monkeypatch, None)
    said = []
    found = data.load("rt-polarity", said.append)
    assert found.is_sample and found.source == "the built-in sample"
    assert "COURSE_DATA_DIR" in said[0] and "rt-polarity/rt-polarity.neg" in said[0]
    assert "sample" in said[1].lower() and str(f"{len(found):,}") in said[1]


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=", ".join(data.names())):
        data.load("mnist")


def test_the_registry_is_complete():
    assert len(sources.REGISTRY) == 16
    for name, about in sources.REGISTRY.items():
        assert about["title"] and about["citation"] and about["licence"], name
        for entry in about["files"]:
            assert entry["path"].startswith(f"{name}/"), entry
            assert len(entry["sha256"]) == 64 and entry["bytes"] > 0
            assert entry["url"] is None or entry["url"].startswith(
                ("https://raw.githubusercontent.com/", "https://ai.stanford.edu/")
            )
            wrapped = entry["path"].endswith(".gz") and not entry["path"].endswith(".tar.gz")
            assert ("content_sha256" in entry) == wrapped
        for entry in about.get("instead", []):
            assert len(entry["sha256"]) == 64 and entry["url"] is None, "only a folder may hold it"
    assert set(loaders._LOADERS) <= set(sources.REGISTRY)


@pytest.mark.skipif(
    "COURSE_DATA_DIR" not in os.environ, reason="COURSE_DATA_DIR is not set: no real data here"
)
@pytest.mark.parametrize("name", loaders.names())
def test_the_real_files_have_the_registered_hashes(name, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", REAL_DATA)
    said = []
    assert not data.load(name, said.append).is_sample
    assert len(said) == 1 and "COURSE_DATA_DIR" in said[0]


@pytest.mark.skipif(
    "COURSE_DATA_DIR" not in os.environ, reason="COURSE_DATA_DIR is not set: no real data here"
)
def test_the_real_sentences_are_all_there(monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", REAL_DATA)
    found = data.load("rt-polarity", lambda line: None)
    assert len(found) == 10_662 and found.labels.sum() == 5331


@pytest.mark.parametrize("name", loaders.names())
def test_every_data_set_has_a_sample(name, monkeypatch):
    about = sources.REGISTRY[name]
    files = [{**entry, "url": None} for entry in about["files"]]
    monkeypatch.setitem(sources.REGISTRY, name, {**about, "files": files})
    found = data.load(name, lambda line: None)
    assert found.is_sample and len(found) > 0


REAL_DATA = os.environ.get("COURSE_DATA_DIR", "")  # the fixture above clears the variable


# -- archives


def tar_with(*members: tarfile.TarInfo, content: bytes = b"good\n") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:bz2") as archive:
        for member in members:
            if member.isreg():
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return stream.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "evil",
    [
        member("../outside.txt"), member("/etc/outside.txt"), member("a/../../outside.txt"), member("C:\\outside.txt"),
        member("a\\..\\outside.txt"), member("link.txt", tarfile.SYMTYPE, "/etc/passwd"),
        member("hard.txt", tarfile.LNKTYPE, "a.txt"), member("device.txt", tarfile.CHRTYPE),
        member("pipe.txt", tarfile.FIFOTYPE),
    ],
    ids=lambda info: repr(info.name),
)  # fmt: skip
def test_malicious_members_are_refused(evil):
    with pytest.raises(data.UnsafeArchive, match="outside|link|device"):
        list(sources.read_archive(tar_with(member("a.txt"), evil), r".*\.txt"))


def test_oversized_members_and_too_many_members_are_refused():
    archive = tar_with(member("a.txt"), member("b.txt"), content=b"x" * 2000)
    with pytest.raises(data.UnsafeArchive, match="beyond"):
        list(sources.read_archive(archive, r".*", member_bytes=1000))
    with pytest.raises(data.UnsafeArchive, match="beyond"):
        list(sources.read_archive(archive, r".*", members=1))
    assert len(list(sources.read_archive(archive, r".*"))) == 2


def test_zip_archives_are_read_and_guarded_alike():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("good.txt", "good")
    assert list(sources.read_archive(stream.getvalue(), r".*\.txt")) == [("good.txt", b"good")]
    with zipfile.ZipFile(stream, "a") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(data.UnsafeArchive):
        list(sources.read_archive(stream.getvalue(), r".*\.txt"))


def test_a_large_member_that_nobody_wants_is_passed_over_up_to_a_limit_for_all():
    archive = tar_with(member("a.txt"), member("b.feat"), content=b"x" * 2000)
    small = dict(wanted=r".*\.feat", member_bytes=3000)
    assert [name for name, _ in sources.read_archive(archive, **small)] == ["b.feat"]
    assert not list(sources.read_archive(archive, r"none", member_bytes=1000))
    with pytest.raises(data.UnsafeArchive, match="beyond"):
        list(sources.read_archive(archive, r"none", total_bytes=3000))


# -- film reviews: one archive at its makers', another in the folder of some, the same reviews

REVIEWS = {
    f"aclImdb/{part}/{label}/{number}_{stars}.txt": f"{part} {label}<br />{number}".encode()
    for part in ("test", "train")
    for label, stars in (("neg", 2), ("pos", 9))
    for number in range(30)
}
BESIDE = {  # what the makers' archive holds beside the labelled reviews
    "aclImdb/README": b"read me", "aclImdb/imdb.vocab": b"the\nof\n", "aclImdb/train/urls_pos.txt": b"http://x\n",
    "aclImdb/train/unsup/7_0.txt": b"no label", "aclImdb/train/labeledBow.feat": b"9 0:1\n" * 400_000,
}  # fmt: skip


def packed(files: dict[str, bytes], how: str, order: int | None = None) -> bytes:
    """A tar archive with its folders; `order` is the seed of a random order of the files."""
    names = sorted(files)
    if order is not None:
        names = np.random.default_rng(order).permutation(names).tolist()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{how}") as archive:
        archive.addfile(member("aclImdb", tarfile.DIRTYPE))
        for name in names:
            info = member(name)
            info.size = len(files[name])
            archive.addfile(info, io.BytesIO(files[name]))
    return stream.getvalue()


@pytest.fixture
def film_reviews(server, monkeypatch):
    """`imdb` in both its forms, small: the makers' on the server, the other for a folder."""
    published, other = packed(REVIEWS | BESIDE, "gz", order=1), packed(REVIEWS, "bz2")
    server.files = {"aclImdb_v1.tar.gz": (200, published)}
    forms = {"files": ("aclImdb_v1.tar.gz", published, f"http://127.0.0.1:{server.server_port}/aclImdb_v1.tar.gz"),
             "instead": ("aclImdb_labelled_50k.tar.bz2", other, None)}  # fmt: skip
    entries = {
        form: [{"path": f"imdb/{name}", "bytes": len(content), "url": url,
                "sha256": hashlib.sha256(content).hexdigest()}]
        for form, (name, content, url) in forms.items()
    }  # fmt: skip
    monkeypatch.setitem(sources.REGISTRY, "imdb", {**sources.REGISTRY["imdb"], **entries})
    return {name: content for name, content, _ in forms.values()}


def test_the_makers_archive_is_downloaded_verified_cached_and_read_in_memory(film_reviews, server):
    found = data.load("imdb", lambda line: None)
    assert found.source == "127.0.0.1" and len(found) == len(REVIEWS)
    assert "train pos 7" in found.texts and not any("label" in text for text in found.texts)
    assert found.labels.sum() == 60 and np.sum(found.part == "test") == 60
    for text, label, part in zip(found.texts, found.labels, found.part, strict=True):
        assert text.split()[:2] == [part, ("neg", "pos")[label]]
    server.files = {}
    assert data.load("imdb", lambda line: None).source == "the cache"
    kept = [path for path in sources.cache_dir().rglob("*") if path.is_file()]
    assert [path.name for path in kept] == ["aclImdb_v1.tar.gz"], "no member becomes a file"


@pytest.mark.parametrize("name", ["aclImdb_v1.tar.gz", "aclImdb_labelled_50k.tar.bz2"])
def test_a_folder_may_hold_either_archive_and_both_give_the_same_splits(
    name, film_reviews, server, monkeypatch, tmp_path
):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data" / "imdb").mkdir(parents=True)
    (tmp_path / "data" / "imdb" / name).write_bytes(film_reviews[name])
    found = data.load("imdb", lambda line: None)
    assert "COURSE_DATA_DIR" in found.source and server.asked == []
    monkeypatch.delenv("COURSE_DATA_DIR")
    other = data.load("imdb", lambda line: None)
    assert other.source == "127.0.0.1"
    for part, texts in found.split(seed=3).items():
        assert len(texts) and texts.texts == other.split(seed=3)[part].texts, part


def test_a_changed_archive_of_reviews_is_refused_and_not_cached(film_reviews, server):
    server.files["aclImdb_v1.tar.gz"] = (200, packed(REVIEWS, "gz", order=2))
    said = []
    assert data.load("imdb", said.append).is_sample
    assert any("Refused" in line and "aclImdb_v1.tar.gz" in line for line in said)
    assert not [path for path in sources.cache_dir().rglob("*") if path.is_file()]


# -- splitting


def labelled(texts: list[str], part: list[str] | None = None) -> data.LabelledTexts:
    part = part or ["train"] * len(texts)
    return data.LabelledTexts(
        "toy",
        "Toy",
        "here",
        "",
        "",
        texts,
        np.arange(len(texts)) % 2,
        ("no", "yes"),
        np.array(part),
    )


def test_a_split_covers_everything_once_and_never_parts_equal_texts():
    texts = [f"text {number % 300}" for number in range(1000)]
    split = labelled(texts).split(seed=3)
    assert sum(len(part) for part in split.values()) == 1000
    seen = [set(part.texts) for part in split.values()]
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])
    assert 0.7 < len(split["train"]) / 1000 < 0.9
    assert labelled(texts).split(seed=3)["test"].texts == split["test"].texts
    assert labelled(texts).split(seed=4)["test"].texts != split["test"].texts


def test_an_official_test_part_is_kept_and_does_not_leak():
    texts = ["same", *(f"train {k}" for k in range(99)), "same", *(f"test {k}" for k in range(49))]
    split = labelled(texts, ["train"] * 100 + ["test"] * 50).split(validation=0.2)
    assert len(split["test"]) == 50 and "same" in split["test"].texts
    assert "same" not in split["train"].texts + split["validation"].texts


# -- samples and generators


@pytest.mark.parametrize("make", [samples.sentiment_sentences, samples.sentiment_reviews])
def test_samples_are_balanced_deterministic_and_not_solved_by_words_alone(make):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, labels = make()
    assert texts == make()[0] and abs(labels.mean() - 0.5) < 0.01
    half = len(texts) // 2
    bag = CountVectorizer(token_pattern=r"\S+", binary=True)
    words = LogisticRegression(max_iter=1000).fit(bag.fit_transform(texts[:half]), labels[:half])
    score = words.score(bag.transform(texts[half:]), labels[half:])
    assert score < 0.8, "the bag of words must not solve the sample"
    assert score > 0.52 or make is samples.sentiment_reviews, "the words alone should give a clue"


def test_sample_sentences_are_distinct():
    texts, _ = samples.sentiment_sentences()
    assert len(set(texts)) == len(texts) == 10_000


@pytest.mark.parametrize("length", [2, 7, 50])
def test_the_adding_problem_is_what_it_says(length):
    x, y = data.adding_problem(20_000, length, seed=0)
    assert (
        x.shape == (20_000, length, 2)
        and y.shape == (20_000, 1)
        and x.dtype == y.dtype == np.float32
    )
    marks = x[..., 1]
    half = length // 2
    assert set(np.unique(marks)) <= {0, 1}
    assert (marks[:, :half].sum(1) == 1).all() and (marks[:, half:].sum(1) == 1).all()
    assert np.allclose((x[..., 0] * marks).sum(1, keepdims=True), y, atol=1e-6)
    assert abs(np.mean((y - 1) ** 2) - 1 / 6) < 0.01, "always answering 1 costs exactly 1/6"
    assert (x == data.adding_problem(20_000, length, seed=0)[0]).all()
    assert not (x == data.adding_problem(20_000, length, seed=1)[0]).all()


def test_the_adding_problem_needs_two_steps():
    with pytest.raises(ValueError, match="at least 2 steps"):
        data.adding_problem(3, 1, seed=0)


def test_reber_strings_follow_their_grammar():
    strings = data.embedded_reber(500, seed=0)
    for string in strings:
        assert string[0] == "B" and string[-1] == "E" and string[1] == string[-2] in "TP"
        allowed = data.reber_successors(string)
        assert len(allowed) == len(string) - 1
        assert all(
            symbol in options for symbol, options in zip(string[1:], allowed, strict=True)
        ), string
    assert {string[1] for string in strings} == {"T", "P"}
    assert min(len(string) for string in strings) == 9
    assert min(len(string) for string in data.embedded_reber(200, seed=0, shortest=12)) >= 16
    assert strings == data.embedded_reber(500, seed=0)
