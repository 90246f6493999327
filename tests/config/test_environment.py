"""The environment: what is read from it, what an empty one means, how a wrong one is refused."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.env import (
    Environment,
    WrongSetting,
    data_dir,
    database,
    email,
    files,
    read_environment,
    secret_key,
)
from tests.config.processes import run, settings_of
from tests.shared import ROOT


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets variables, without their prefix, and reads the environment."""

    def read(**variables: str) -> Environment:
        for name, value in variables.items():
            monkeypatch.setenv(f"PLUMBLINE_{name}", value)
        return read_environment()

    return read


# --- Nothing set ----------------------------------------------------------------------------------
def test_an_empty_environment_is_one_process_with_everything_in_the_data_folder(
    tmp_path: Path,
) -> None:
    data = tmp_path / "made" / "when needed"
    found = settings_of(
        data,
        *("DATABASES", "EMBEDDED", "CACHES", "MEDIA_ROOT", "STATIC_ROOT", "CELERY_BROKER_URL"),
        *("DEBUG", "ALLOWED_HOSTS", "EMAIL_BACKEND", "ACCOUNT_EMAIL_VERIFICATION", "SECRET_KEY"),
        *("SIGN_UP_OPEN", "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "TIME_ZONE"),
    )
    default = found["DATABASES"]["default"]
    assert default["ENGINE"] == "django.db.backends.sqlite3"
    assert default["NAME"] == str(data / "plumbline.sqlite3")
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["EMBEDDED"] is True
    assert found["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")
    assert found["CELERY_BROKER_URL"] == "django-database://"
    assert (found["MEDIA_ROOT"], found["STATIC_ROOT"]) == (
        str(data / "files"),
        str(data / "static"),
    )
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert found["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert found["ACCOUNT_EMAIL_VERIFICATION"] == "optional"
    assert found["SIGN_UP_OPEN"] is True
    assert not found["SESSION_COOKIE_SECURE"]
    assert not found["SECURE_SSL_REDIRECT"]
    assert found["TIME_ZONE"] == "UTC"
    assert found["SECRET_KEY"] == (data / "secret-key").read_text(encoding="ascii")


def test_an_empty_variable_counts_as_none(set_to: Any) -> None:
    names = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG")
    read = set_to(**dict.fromkeys((*names, "LIMITS", "TIME_ZONE", "LOG_LEVEL"), ""))
    assert read.model_dump() == Environment().model_dump()
    assert read.database_url is None
    assert read.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]


# --- The secret key -------------------------------------------------------------------------------
def test_the_key_is_made_once_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    environment = Environment(data_dir=tmp_path / "new")
    key = secret_key(environment)
    file = tmp_path / "new" / "secret-key"
    assert len(key) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert secret_key(environment) == key
    assert secret_key(Environment(data_dir=tmp_path / "other")) != key


def test_a_configured_key_leaves_no_file(tmp_path: Path) -> None:
    environment = Environment(data_dir=tmp_path, secret_key=SecretStr("configured"))
    assert secret_key(environment) == "configured"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_a_crash_left_empty_is_filled_and_one_written_by_hand_is_read(
    tmp_path: Path,
) -> None:
    file = tmp_path / "secret-key"
    file.touch()
    key = secret_key(Environment(data_dir=tmp_path))
    assert len(key) >= 50
    file.write_text("by hand\n", encoding="ascii")
    assert secret_key(Environment(data_dir=tmp_path)) == "by hand"


@pytest.mark.parametrize("attempt", range(3))
def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path, attempt: int) -> None:
    code = (
        "import sys; from pathlib import Path; from config.env import Environment, secret_key\n"
        "environment = Environment(data_dir=Path(sys.argv[1]))\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "print(secret_key(environment))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _number in range(4)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:  # all have read the code, so that they arrive together
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate(timeout=30)[0].strip() for process in processes}
    assert keys == {(tmp_path / "secret-key").read_text(encoding="ascii")}


# --- The database ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://user:password@host:5433/name",
            {
                "USER": "user",
                "PASSWORD": "password",
                "HOST": "host",
                "PORT": "5433",
                "NAME": "name",
            },
        ),
        ("postgres://host/name", {"USER": "", "HOST": "host", "PORT": "", "NAME": "name"}),
        ("postgresql:///name", {"HOST": "", "NAME": "name"}),
        (
            "postgresql://us%40er:p%2Fa%23s%3As@host/na%20me",
            {"USER": "us@er", "PASSWORD": "p/a#s:s", "NAME": "na me"},
        ),
        ("postgresql://user:p@ss@host/name", {"PASSWORD": "p@ss", "HOST": "host"}),
        ("postgresql://user@[::1]:5432/name", {"HOST": "::1", "PORT": "5432"}),
        ("postgresql://user@%2Frun%2Fpostgresql/name", {"HOST": "/run/postgresql"}),
        (
            "postgresql://host/name?sslmode=verify-full&connect_timeout=5",
            {"OPTIONS": {"sslmode": "verify-full", "connect_timeout": "5"}},
        ),
    ],
)
def test_a_database_url_is_taken_apart(set_to: Any, url: str, expected: dict[str, Any]) -> None:
    found = database(set_to(DATABASE_URL=url))
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert found["ATOMIC_REQUESTS"] is True
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:s3cret@host/name",
        "postgresql",
        "postgresql://user:s3cret@host",
        "postgresql://user:s3cret@host/",
        "postgresql://user:s3cret@host:port/name",
        "postgresql://user:s3cret@host:99999/name",
        "postgresql://user:s3cret@[::1/name",
        "postgresql://user:s3#cret@host/name",
        "sqlite:///data.db",
        "host=localhost dbname=name password=s3cret",
    ],
)
def test_another_database_is_refused_naming_the_variable_and_keeping_the_password(
    set_to: Any, url: str
) -> None:
    with pytest.raises(WrongSetting, match="PLUMBLINE_DATABASE_URL") as caught:
        database(set_to(DATABASE_URL=url))
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


# --- Mail -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp+tls://us%40er:pass@mail.example.org", 587, False, True),
        ("smtps://us%40er:pass@mail.example.org", 465, True, False),
        ("smtp://us%40er:pass@mail.example.org:2525", 2525, False, False),
    ],
)
def test_a_mail_url_is_taken_apart(set_to: Any, url: str, port: int, ssl: bool, tls: bool) -> None:
    found = email(set_to(EMAIL_URL=url))
    assert found["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("us@er", "pass")
    assert found["EMAIL_TIMEOUT"] > 0  # a page must not hang on it for ever


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.org",
        "mail.example.org",
        "smtp://",
        "smtp://:25",
        "smtp://user:s3cret@mail.example.org:many",
        "smtp://user:s3cret@mail.example.org:99999999",
        "smtps://user:s3cret@[::1",
    ],
)
def test_another_mail_server_is_refused_naming_the_variable(set_to: Any, url: str) -> None:
    with pytest.raises(WrongSetting, match="PLUMBLINE_EMAIL_URL") as caught:
        email(set_to(EMAIL_URL=url))
    assert "s3cret" not in str(caught.value)


# --- Lists, secrets, wrong values -----------------------------------------------------------------
def test_a_list_is_written_with_commas(set_to: Any) -> None:
    read = set_to(
        ALLOWED_HOSTS=" reviews.example.com ,.example.org,, ",
        TRUSTED_ORIGINS="https://a.example.com,https://b.example.com",
    )
    assert read.allowed_hosts == ["reviews.example.com", ".example.org"]
    assert read.trusted_origins == ["https://a.example.com", "https://b.example.com"]
    assert set_to(ALLOWED_HOSTS="one.example.com").allowed_hosts == ["one.example.com"]


def test_limits_are_written_as_json(set_to: Any) -> None:
    assert set_to(LIMITS='{"workloads": 5000, "members": 0}').limits == {
        "workloads": 5000,
        "members": 0,
    }


def test_a_secret_may_be_a_file_and_a_variable_comes_before_it(set_to: Any, tmp_path: Path) -> None:
    (tmp_path / "plumbline_secret_key").write_text("from a file\n")
    (tmp_path / "PLUMBLINE_DATABASE_URL").write_text("postgresql://u:p@h/n\n")
    (tmp_path / "plumbline_email_url").write_text("smtp://file.example.org")
    (tmp_path / "something_else").write_text("of another program")
    read = set_to(SECRETS_DIR=str(tmp_path), EMAIL_URL="smtp://variable.example.org")
    assert secret_key(read) == "from a file"
    assert database(read)["NAME"] == "n"
    assert email(read)["EMAIL_HOST"] == "variable.example.org"


def test_a_folder_of_secrets_that_is_not_there_is_refused(set_to: Any, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"PLUMBLINE_SECRETS_DIR.*nowhere"):
        set_to(SECRETS_DIR=str(tmp_path / "nowhere"))


def test_secrets_do_not_show_where_the_environment_is_printed(set_to: Any) -> None:
    read = set_to(
        SECRET_KEY="s3cret",
        DATABASE_URL="postgresql://u:s3cret@h/n",
        REDIS_URL="redis://:s3cret@h",
        EMAIL_URL="smtp://u:s3cret@h",
    )
    assert "s3cret" not in f"{read!r} {read} {read.model_dump_json()}"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", "maybe", "boolean"),
        ("BEHIND_TLS_PROXY", "2", "boolean"),
        ("SIGN_UP_OPEN", "open", "boolean"),
        ("TIME_ZONE", "Mars/Phobos", "Europe/Berlin"),
        ("TIME_ZONE", "../../etc/passwd", "Europe/Berlin"),
        ("LOG_LEVEL", "LOUD", "'WARNING'"),
        ("LIMITS", "many", "JSON"),
        ("LIMITS", "[1]", "dictionary"),
        ("LIMITS", '{"workloads": "many"}', "(workloads)"),
        ("LIMITS", '{"workloads": -1}', "(workloads)"),
        ("LIMITS", '{"workloads": 1.5}', "(workloads)"),
        ("REDIS_URL", "localhost:6379", "redis://host:6379/0"),
        ("TRUSTED_ORIGINS", "reviews.example.com", "https://"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_naming_the_variable(
    set_to: Any, name: str, value: str, words: str
) -> None:
    with pytest.raises(WrongSetting) as caught:
        set_to(**{name: value})
    message = str(caught.value)
    assert message.startswith(f"PLUMBLINE_{name}")
    assert words in message
    assert "\n" not in message


def test_everything_that_is_wrong_is_said_at_once(set_to: Any) -> None:
    with pytest.raises(WrongSetting) as caught:
        set_to(DEBUG="maybe", TIME_ZONE="Mars", LOG_LEVEL="LOUD")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "PLUMBLINE_DEBUG",
        "PLUMBLINE_TIME_ZONE",
        "PLUMBLINE_LOG_LEVEL",
    ]


def test_a_variable_of_another_program_is_nobody_s_business(set_to: Any) -> None:
    assert set_to(NO_SUCH_SETTING="1") == Environment()


def test_a_data_folder_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "secret-key").mkdir()
    with pytest.raises(WrongSetting, match="PLUMBLINE_DATA_DIR"):
        data_dir(Environment(data_dir=tmp_path / "file" / "folder"))
    with pytest.raises(WrongSetting, match=r"PLUMBLINE_DATA_DIR.*secret-key"):
        secret_key(Environment(data_dir=tmp_path))


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DEBUG": "maybe"}, "PLUMBLINE_DEBUG"),
        ({"DATABASE_URL": "mysql://h/n"}, "PLUMBLINE_DATABASE_URL"),
        ({"LIMITS": '{"wolkroads": 5}'}, "PLUMBLINE_LIMITS: there is no limit 'wolkroads'"),
    ],
)
def test_a_command_says_what_is_wrong_without_the_code_around_it(
    tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    finished = run(tmp_path, "", **variables)
    assert finished.returncode == 1
    assert words in finished.stderr
    assert "Traceback" not in finished.stderr


# --- Files ----------------------------------------------------------------------------------------
def test_files_are_kept_in_the_data_folder_unless_a_bucket_is_named(set_to: Any) -> None:
    assert files(set_to())["BACKEND"].endswith("FileSystemStorage")
    found = files(
        set_to(
            S3_BUCKET="evidence",
            S3_PREFIX="/plumbline/",
            S3_ENDPOINT_URL="https://storage.example.com",
            S3_ACCESS_KEY="id",
            S3_SECRET_KEY="s3cret",
        )
    )
    assert found["BACKEND"] == "storages.backends.s3.S3Storage"
    options = found["OPTIONS"]
    assert (options["bucket_name"], options["location"]) == ("evidence", "plumbline")
    assert (options["access_key"], options["secret_key"]) == ("id", "s3cret")
    assert options["default_acl"] is None
    assert options["max_memory_size"] > 0  # a file is not held in memory whole


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"S3_PREFIX": "x"}, "PLUMBLINE_S3_BUCKET"),
        ({"S3_BUCKET": "x", "S3_ACCESS_KEY": "s3cret"}, "PLUMBLINE_S3_SECRET_KEY"),
        ({"S3_BUCKET": "x", "S3_ENDPOINT_URL": "storage:9000"}, "PLUMBLINE_S3_ENDPOINT_URL"),
    ],
)
def test_half_a_bucket_is_refused(set_to: Any, variables: dict[str, str], words: str) -> None:
    with pytest.raises(WrongSetting, match=words) as caught:
        files(set_to(**variables))
    assert "s3cret" not in str(caught.value)
