"""Calling a function inside an installation: a process of its own with that environment.

`python -m benchmarks.inside MODULE FUNCTION JSON` calls it with the JSON object as keywords, and
prints what it returns as the last line.
"""

import importlib
import json
import sys

import django


def main(module: str, function: str, keywords: str) -> None:
    """Call the function once Django is set up."""
    django.setup()
    result = getattr(importlib.import_module(module), function)(**json.loads(keywords))
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
