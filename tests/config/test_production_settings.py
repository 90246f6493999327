"""Settings of an installation that others can reach."""

from pathlib import Path

from tests.config.processes import run, settings_of


def test_behind_a_proxy_that_ends_tls_nothing_travels_in_the_open(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path,
        *("SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"),
        *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"),
        BEHIND_TLS_PROXY="true",
    )
    assert found.pop("SECURE_PROXY_SSL_HEADER") == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found.pop("SECURE_HSTS_SECONDS") >= 31_536_000
    assert set(found.values()) == {True}


def test_without_a_proxy_a_header_that_anybody_can_send_is_not_believed(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "SECURE_PROXY_SSL_HEADER", "SECURE_HSTS_SECONDS")
    assert found == {"SECURE_PROXY_SSL_HEADER": None, "SECURE_HSTS_SECONDS": 0}


def test_with_redis_tasks_and_cache_are_there_and_with_mail_addresses_are_confirmed(
    tmp_path: Path,
) -> None:
    found = settings_of(
        tmp_path,
        *("EMBEDDED", "CACHES", "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT_OPTIONS"),
        *("ACCOUNT_EMAIL_VERIFICATION", "DEFAULT_FROM_EMAIL", "SIGN_UP_OPEN", "PLAN_LIMITS"),
        REDIS_URL="redis://cache.example.org:6379/3",
        EMAIL_URL="smtp+tls://mail.example.org",
        EMAIL_FROM="Reviews <reviews@example.org>",
        SIGN_UP_OPEN="false",
        LIMITS='{"workloads": 5}',
    )
    assert found["EMBEDDED"] is False
    assert found["CACHES"]["default"]["LOCATION"] == "redis://cache.example.org:6379/3"
    assert found["CELERY_BROKER_URL"] == "redis://cache.example.org:6379/3"
    # A task must not be delivered again while it may still run.
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"] > 600
    assert found["ACCOUNT_EMAIL_VERIFICATION"] == "mandatory"
    assert found["DEFAULT_FROM_EMAIL"] == "Reviews <reviews@example.org>"
    assert found["SIGN_UP_OPEN"] is False
    assert found["PLAN_LIMITS"] == {"workloads": 5}


def test_django_s_own_list_for_deployment_finds_nothing_that_is_not_decided(tmp_path: Path) -> None:
    code = (
        "import sys; from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])"
    )
    finished = run(tmp_path, code, BEHIND_TLS_PROXY="true", ALLOWED_HOSTS="reviews.example.com")
    # Decided: the domain may have other hosts without TLS (subdomains, preload).
    found = {word for word in finished.stderr.split() if word.startswith("(security.")}
    assert found <= {"(security.W005)", "(security.W021)"}
