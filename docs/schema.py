"""Writes kb/entry.schema.json, the JSON Schema of an entry file, for editors.

Run: python -m docs.schema
"""

import json
from pathlib import Path

from kb.entry import schema

if __name__ == "__main__":
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    (Path(__file__).parents[1] / "kb" / "entry.schema.json").write_text(text, encoding="utf-8")
