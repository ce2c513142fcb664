"""A small, sound runbook in both languages, which the tests break in one place at a time."""

from __future__ import annotations

from pathlib import Path

EN = """---
id: sample
title: A disk is full
lang: en
versions: 2008R2..2022
symptoms:
  - Event 4711
entries:
  - known-entry
rules: [ABC001, ABC002]
time: 5 minutes
risk: none
sources:
  - title: A page
    url: https://example.org/page
    says: That disks fill up.
reviewed: 2026-11-23
---

# A disk is full

## When to use it

A disk is full.

## Before you start

Sign in.

## Steps

<a id="look"></a>

### Look at the disk

<!-- fails: ABC001, ABC002 -> #clean -->
<!-- proves: ABC001, ABC002 -> #format-check -->

See what is there.

- **2008 R2:** Open the console.

  ```cmd
  dir C:\\
  ```

- **2012–2022:** Ask:

  ```powershell
  Get-Disk
  ```

**2022:** There is a page for it as well.

```powershell
Get-Volume
```

This holds for all.

**Expect:** a number.

- [The disk is full](#clean)
- [There is room](#format-check)

<a id="clean"></a>

### Clean up

> **Warning:** This deletes files.

```powershell
Remove-Item C:\\Temp\\*
```

**Expect:** some room.

- [There is room now](#format-check)
- [Look again](#look)
- [Still full](#done-support)

<a id="format-check"></a>

### Check the format

<!-- only: 2012–2022 -> #done-solved -->

See [the other page](#look), too.

**Expect:** NTFS.

- [It is NTFS](#done-solved)
- [It is not](#done-support)

<a id="done-solved"></a>

### Done

Well done.

<a id="done-support"></a>

### Call

Somebody else.

## Undo

Nothing.

## When to call support

Any time.
"""

_GERMAN = {
    "title: A disk is full": "title: Ein Datenträger ist voll",
    "# A disk is full": "# Ein Datenträger ist voll",
    "lang: en": "lang: de",
    "## When to use it": "## Wann verwenden",
    "## Before you start": "## Vorbereitung",
    "## Steps": "## Schritte",
    "## Undo": "## Rückgängig machen",
    "## When to call support": "## Wann den Support rufen",
    "### Look at the disk": "### Datenträger ansehen",
    "**Expect:**": "**Erwartet:**",
    "[The disk is full]": "[Der Datenträger ist voll]",
    "[There is room]": "[Es ist Platz]",
}
DE = EN
for english, german in _GERMAN.items():
    DE = DE.replace(english, german)


def write(folder: Path, en: str | None = EN, de: str | None = DE) -> Path:
    """The runbook as files in `folder`; None leaves a language out."""
    for lang, text in (("en", en), ("de", de)):
        if text is not None:
            (folder / f"sample.{lang}.md").write_text(text, encoding="utf-8")
    return folder
