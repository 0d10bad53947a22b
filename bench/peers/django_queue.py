"""django-post-office over its own queue on SQLite (synchronous=FULL): queue, then `send_queued` with threads.

Runs in an environment of its own: `python django_queue.py FOLDER PORT MAILS THREADS < notice.json`, one line of JSON.
"""

import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    home, port, mails, threads = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    given = json.load(sys.stdin)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": home / "django.db",
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "timeout": 30},
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "post_office"],
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_USE_TLS=False,
        POST_OFFICE={
            "BATCH_SIZE": mails,
            "THREADS_PER_PROCESS": threads,
            "LOG_LEVEL": 1,
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
        },
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates"},
            {"BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates", "NAME": "post_office"},
        ],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        TIME_ZONE="UTC",
        SECRET_KEY="bench",
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from post_office import mail
    from post_office.mail import send_queued
    from post_office.models import STATUS, Email

    kwargs = [
        {
            "sender": f"{given['name']} <{given['sender']}>",
            "recipients": [person["address"]],
            "subject": given["subject"],
            "message": _filled(given["text"], person["values"]),
            "html_message": _filled(given["html"], person["values"]),
        }
        for person in given["people"][:mails]
    ]
    mail.send_many(kwargs)
    wall, cpu = time.perf_counter(), time.process_time()
    send_queued(processes=1, log_level=1)
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    sent = Email.objects.filter(status=STATUS.sent).count()
    print(json.dumps({**spent, "sent": sent}))


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{{ " + name + " }}", value)
    return text


if __name__ == "__main__":
    main()
