"""The environment Plumbline reads, typed; an empty environment means the embedded mode."""

import fcntl
import json
import os
import secrets
import zoneinfo
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import AfterValidator, BeforeValidator, Field, NonNegativeInt, SecretStr
from pydantic import ValidationError as WrongValues
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent
_PREFIX = "PLUMBLINE_"


class WrongSetting(ImproperlyConfigured):
    """A variable of the environment that cannot be used; the message names it, not its value."""


def _words(value: object) -> object:
    """Split ``a, b`` into a list: a list in the environment is written with commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError('must be JSON, such as {"workloads": 500}') from None


def _capitals(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _known_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError("is no time zone; write one as in Europe/Berlin")
    return name


def _origins(origins: list[str]) -> list[str]:
    if not all(origin.startswith(("http://", "https://")) for origin in origins):
        raise ValueError("each must begin with https:// (or http://)")
    return origins


def _redis(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must look like redis://host:6379/0")
    return url


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must look like https://storage.example.com")
    return url


Words = Annotated[list[str], NoDecode, BeforeValidator(_words)]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_capitals)
]


class Environment(BaseSettings):
    """Every setting of an installation.

    Each is the variable ``PLUMBLINE_<NAME>``; a secret may also be given as a file of that name in
    the directory ``PLUMBLINE_SECRETS_DIR`` (Docker and Kubernetes secrets). An empty variable
    counts as none. docs/operations.md describes each; a test holds the two together.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, extra="ignore")

    debug: bool = False
    data_dir: Path = BASE_DIR / "data"
    secret_key: SecretStr | None = None
    allowed_hosts: Words = Field(default_factory=lambda: ["localhost", "127.0.0.1", "[::1]"])
    trusted_origins: Annotated[Words, AfterValidator(_origins)] = Field(default_factory=list)
    behind_tls_proxy: bool = False
    database_url: SecretStr | None = None
    redis_url: Annotated[SecretStr, AfterValidator(_redis)] | None = None
    email_url: SecretStr | None = None
    email_from: str = "Plumbline <plumbline@localhost>"
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    s3_bucket: str = ""
    s3_prefix: str = ""
    s3_region: str = ""
    s3_endpoint_url: Annotated[str, AfterValidator(_web_address)] | None = None
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    sign_up_open: bool = True
    events_heartbeat: Annotated[float, Field(ge=0.2, le=300)] = 15.0
    limits: Annotated[dict[str, NonNegativeInt], NoDecode, BeforeValidator(_json)] = Field(
        default_factory=dict
    )
    log_level: LogLevel = "INFO"


def read_environment() -> Environment:
    """Read and check the environment; raises WrongSetting naming each variable that is wrong."""
    options: dict[str, Any] = {}
    directory = os.environ.get("PLUMBLINE_SECRETS_DIR")
    if directory:
        if not Path(directory).is_dir():
            raise WrongSetting(f"PLUMBLINE_SECRETS_DIR: there is no folder {directory}.")
        # pydantic-settings' documented run-time argument, unknown to its mypy plugin.
        options["_secrets_dir"] = directory
    try:
        return Environment(**options)
    except WrongValues as wrong:
        # What was entered is left out: it may be a secret.
        lines = [
            _complaint(error["loc"], error["msg"]) for error in wrong.errors(include_input=False)
        ]
    raise WrongSetting("\n".join(lines))


def _complaint(place: tuple[int | str, ...], message: str) -> str:
    name, *within = map(str, place)
    inside = f" ({'.'.join(within)})" if within else ""
    return f"{_PREFIX}{name.upper()}{inside}: {message.removeprefix('Value error, ')}"


def data_dir(environment: Environment) -> Path:
    """Return the data directory, made if it is not there; raises WrongSetting if it cannot be."""
    path = environment.data_dir.resolve()
    try:
        # What people say is in it: its owner alone may look, unless it was made otherwise before.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"PLUMBLINE_DATA_DIR: {path} cannot be made: {error.strerror}") from None
    return path


def secret_key(environment: Environment) -> str:
    """Return the configured secret key, or the one kept in the data directory (made at first use).

    The file is readable by its owner alone (0600). Processes that start at once agree on one key,
    and a file that a crash left empty is filled.
    """
    if environment.secret_key is not None:
        return environment.secret_key.get_secret_value()
    path = data_dir(environment) / "secret-key"
    try:
        return _kept_key(path)
    except (OSError, UnicodeError) as error:
        raise WrongSetting(f"PLUMBLINE_DATA_DIR: {path} cannot be used: {error}") from None


def _kept_key(path: Path) -> str:
    if path.exists() and (key := path.read_text(encoding="ascii").strip()):
        return key
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        # Whoever is second waits here until the key is written.
        fcntl.flock(file, fcntl.LOCK_EX)
        key = file.read().strip()
        if not key:
            key = secrets.token_urlsafe(50)
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    return key


def database(environment: Environment) -> dict[str, Any]:
    """Return Django's description of the database: PostgreSQL when a URL is set, else SQLite."""
    if environment.database_url is None:
        return _sqlite(environment.data_dir / "plumbline.sqlite3")
    return _postgresql(environment.database_url.get_secret_value())


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # A second IMMEDIATE transaction waits; with ATOMIC_REQUESTS every read would.
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Without recursive triggers REPLACE would delete an audit event past its trigger.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA recursive_triggers=ON;"
            ),
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = _parts(
        url,
        variable="DATABASE_URL",
        schemes={"postgres", "postgresql"},
        example="postgresql://user:password@host:5432/name",
    )
    if not parts.path.strip("/"):
        raise WrongSetting("PLUMBLINE_DATABASE_URL: the name of the database is missing at its end")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # The tenant setting is local to the transaction that the whole request runs in.
        "ATOMIC_REQUESTS": True,
        "CONN_HEALTH_CHECKS": True,
        # Server-side cursors outlive a transaction-mode pgbouncer's connection.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def email(environment: Environment) -> dict[str, Any]:
    """Return Django's mail settings: ``smtp(s)://user:password@host:port``, else the console."""
    if environment.email_url is None:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = _parts(
        environment.email_url.get_secret_value(),
        variable="EMAIL_URL",
        schemes={"smtp", "smtps", "smtp+tls"},
        example="smtp+tls://user:password@host:587",
    )
    if not parts.hostname:
        raise WrongSetting("PLUMBLINE_EMAIL_URL: the name of the host is missing")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_TIMEOUT": 10,
    }


def files(environment: Environment) -> dict[str, Any]:
    """Return Django's description of the files' storage: S3 when a bucket is named, else a folder.

    Without keys boto3 looks for them where it always does: its own variables, the role of the
    machine. Raises WrongSetting.
    """
    keys = (environment.s3_access_key, environment.s3_secret_key)
    others = (environment.s3_prefix, environment.s3_region, environment.s3_endpoint_url, *keys)
    if not environment.s3_bucket:
        if any(others):
            raise WrongSetting(f"{_PREFIX}S3_BUCKET: the name of the bucket is missing")
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if keys.count(None) == 1:
        raise WrongSetting(f"{_PREFIX}S3_SECRET_KEY: the two keys are set together, or neither")
    access_key, secret_key = (key.get_secret_value() if key else None for key in keys)
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": environment.s3_bucket,
            "location": environment.s3_prefix.strip("/"),
            "region_name": environment.s3_region or None,
            "endpoint_url": environment.s3_endpoint_url,
            "access_key": access_key,
            "secret_key": secret_key,
            "signature_version": "s3v4",
            # Only this application reads the files: no ACL, and no address is handed out.
            "default_acl": None,
            "file_overwrite": False,
            # What is larger is spooled to disk while it is read.
            "max_memory_size": 4_000_000,
        },
    }


def _parts(url: str, *, variable: str, schemes: set[str], example: str) -> SplitResult:
    """Split a URL; raises WrongSetting, without the URL's password, when it is none of its kind."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, because only reading it checks it
        is_usable = parts.scheme in schemes and not parts.fragment
    except ValueError:
        is_usable = False
    if not is_usable:
        raise WrongSetting(
            f"{_PREFIX}{variable} must look like {example};"
            " special characters in a password are written as %40 (@), %2F (/), %23 (#)"
        )
    return parts
