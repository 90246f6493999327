"""The commands that run the product, as docker-compose.yml and the tests start them."""

SERVE = ["python", "manage.py", "serve"]
PREPARE = ["python", "manage.py", "prepare"]
WORKER = ["celery", "-A", "config", "worker", "--loglevel", "INFO"]
BEAT = ["celery", "-A", "config", "beat", "--loglevel", "INFO"]
