"""systeminfo.exe: what it tells of a machine, in English, German, French, Japanese and Chinese.

Its values become rows of the WMI classes they come from, so that they are read as those are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.configurations import localised
from ingest.configurations.rows import AT, TYPE

# What a line tells → its label: English, German, French, Japanese, Chinese (simplified | traditional).
_LABELS = {
    "host": "Host Name|Hostname|Nom de l'hôte|ホスト名|主机名|主機名稱",
    "os": "OS Name|Betriebssystemname|Nom du système d'exploitation|OS 名|OS 名称|作業系統名稱",
    "version": "OS Version|Betriebssystemversion|Version du système|Version du système d'exploitation|OS バージョン|OS 版本|作業系統版本",
    "configuration": "OS Configuration|Betriebssystemkonfiguration|Configuration du système d'exploitation|OS 構成|OS 配置|作業系統設定",
    "installed": "Original Install Date|Ursprüngliches Installationsdatum|Date d'installation originale|最初のインストール日付"
    "|初始安装日期|原始安裝日期",
    "manufacturer": "System Manufacturer|Systemhersteller|Fabricant du système|システム製造元|系统制造商|系統製造商",
    "model": "System Model|Systemmodell|Modèle du système|システム モデル|系统型号|系統型號",
    "type": "System Type|Systemtyp|Type du système|システムの種類|系统类型|系統類型",
    "processors": "Processor(s)|Prozessor(en)|Processeur(s)|プロセッサ|处理器|處理器",
    "bios": "BIOS Version|BIOS-Version|Version du BIOS|BIOS バージョン|BIOS 版本",
    "windows": "Windows Directory|Windows-Verzeichnis|Répertoire Windows|Windows ディレクトリ|Windows 目录|Windows 目錄",
    "memory": "Total Physical Memory|Gesamter physikalischer Speicher|Gesamter physischer Speicher|Mémoire physique totale"
    "|物理メモリの合計|物理内存总量|實體記憶體總計",
    "domain": "Domain|Domäne|Domaine|ドメイン|域|網域",
    "updates": "Hotfix(s)|Hotfix(es)|Correctif(s)|ホットフィックス|修补程序|Hotfix",
    "hyperv": "Hyper-V Requirements|Anforderungen für Hyper-V|Hyper-V-Anforderungen|Configuration requise pour Hyper-V"
    "|Hyper-V の要件|Hyper-V 要求|Hyper-V 需求",
}
_TELLING = {"os", "version", "configuration", "processors", "memory", "updates", "hyperv"}  # labels that hardly anything else prints
_STANDALONE = ("standalone", "eigenständig", "eigenst", "autonome", "スタンドアロン", "独立", "獨立")
# What the processor must offer, by a word of each language; German and French ones without letters that code pages spoil.
_REQUIREMENTS = {
    "VMMonitorModeExtensions": ("monitor mode", "berwachungsmodus", "moniteur", "モニター", "监视器", "監視器"),
    "VirtualizationFirmwareEnabled": ("firmware", "microprogramme", "ファームウェア", "固件", "韌體"),
    "SecondLevelAddressTranslationExtensions": ("second level", "zweiten ebene", "second niveau", "レベルのアドレス", "二级地址", "第二層"),
    "DataExecutionPrevention_Available": ("data execution", "datenausf", "cution des donn", "データ実行", "数据执行", "資料執行"),
}
_HYPERVISOR = ("hypervisor", "hyperviseur", "ハイパーバイザ", "虚拟机监控程序", "管理程序")
_MAKERS = re.compile(r"GenuineIntel|AuthenticAMD|HygonGenuine|ARM\b")
_ITEM = re.compile(r"\[\d{1,5}\] ?: ?(.*)")


def _spelled(label: str) -> str:
    return "".join(label.replace("’", "'").split()).lower()


def _bones(label: str) -> str:
    """The letters that are the same in every code page: `Dom„ne` was `Domäne` once."""
    return re.sub(r"[^a-z()-]", "", label)


_KEYS = {_spelled(label): key for key, labels in _LABELS.items() for label in labels.split("|")}
_DAMAGED = {_bones(label): key for label, key in _KEYS.items() if not label.isascii() and len(_bones(label)) >= 5}


def key_of(label: str) -> str | None:
    """What a label stands for, in any of the languages, also when its umlauts were spoiled; None when it is not known."""
    spelled = _spelled(label)
    return _KEYS.get(spelled) or (None if spelled.isascii() else _DAMAGED.get(_bones(spelled)))


def _split(line: str) -> tuple[str, str] | None:
    """What a line tells and its value."""
    if len(line) > 2000 or line[:1].isspace():
        return None
    head, colon, rest = line.partition(":")
    key = key_of(head) if colon and len(head) <= 60 else None
    return (key, rest.strip()) if key else None


def label(line: str) -> str | None:
    """What a line tells where it begins with a label that is systeminfo's own; None for other lines."""
    found = _split(line)
    return found[0] if found and found[0] in _TELLING | {"host"} else None


def documents(lines: Sequence[str], start: int, first: int = 1, day_first: bool | None = None) -> tuple[list[Any], int]:
    """The rows of the machines described from line `start` on, and the line after them; `first` numbers the first line."""
    found: list[Any] = []
    told: dict[str, tuple[int, list[str]]] = {}
    current: list[str] | None = None
    blank = False
    at = start
    while at < len(lines):
        line = lines[at]
        pair = _split(line)
        if pair:
            key, value = pair
            if key in told:
                found += rows(told, day_first)
                told = {}
            current = [value]
            told[key] = at + first, current
        elif not line.strip():
            blank = True
        elif line[:1].isspace():
            if current is not None:
                current.append(line.strip())
        elif blank or ":" not in line:
            break
        else:
            current = None
        blank = blank and not line.strip()
        at += 1
    return found + rows(told, day_first), at


def rows(told: Mapping[str, tuple[int, list[str]]], day_first: bool | None = None) -> list[Any]:
    """The rows of one machine: what it tells by key, each with the number of its line and its values."""
    if not told.keys() & _TELLING:
        return []

    def text(key: str) -> str:
        return told[key][1][0].strip() if key in told else ""

    def row(type: str, key: str, **values: Any) -> dict[str, Any]:
        named = {"PSComputerName": text("host")} if text("host") else {}
        return {TYPE: type, AT: f"line {told[key][0]}", **named, **values}

    required = _required(told["hyperv"][1]) if "hyperv" in told else {}
    found: list[Any] = []
    system: dict[str, Any] = {}
    if text("os"):
        system["Caption"] = text("os")
    if version := re.match(r"\d{1,3}\.\d{1,3}\.\d{1,6}", text("version")):
        system["Version"] = version[0]
    if text("type"):
        system["OSArchitecture"] = (
            "64-bit" if "x64" in text("type").lower() else "ARM 64-bit" if "arm64" in text("type").lower() else "32-bit"
        )
    if re.match(r"[A-Za-z]:", text("windows")):
        system["SystemDrive"] = text("windows")[:2]
    if installed := localised.moment(text("installed"), day_first):
        system["InstallDate"] = installed
    if "DataExecutionPrevention_Available" in required:
        system["DataExecutionPrevention_Available"] = required.pop("DataExecutionPrevention_Available")
    place = next(iter(told))
    if system:
        found.append(row("Win32_OperatingSystem", "os" if "os" in told else place, **system))
    machine: dict[str, Any] = {}
    if text("domain"):
        machine["Domain"] = text("domain")
        alone = text("domain").upper() == "WORKGROUP" or any(word in text("configuration").lower() for word in _STANDALONE)
        machine["PartOfDomain"] = not alone
    if text("memory") and (digits := re.sub(r"\D", "", text("memory"))) and len(digits) < 12:
        machine["TotalPhysicalMemory"] = int(digits) * 2**20  # whole MB, grouped the way of the region
    if text("model"):
        machine |= {"Manufacturer": text("manufacturer"), "Model": text("model")}
    present = required.pop("HypervisorPresent", None)
    if present is not None:
        machine["HypervisorPresent"] = present
    if machine:
        found.append(row("Win32_ComputerSystem", place, **machine))
    if text("bios"):
        found.append(row("Win32_BIOS", "bios", SMBIOSBIOSVersion=text("bios").rpartition(",")[0] or text("bios")))
    for item in _items(told["processors"][1]) if "processors" in told else ():
        made = _MAKERS.search(item)
        found.append(row("Win32_Processor", "processors", **({"Manufacturer": made[0]} if made else {}), **required))
    updates = _items(told["updates"][1]) if "updates" in told else []
    counted = re.search(r"\d{1,6}", text("updates"))
    if counted and int(counted[0]) == len(updates):  # a list that was shortened would say that the others are missing
        found += [row("Win32_QuickFixEngineering", "updates", HotFixID=item) for item in updates]
    return found


def _items(values: Sequence[str]) -> list[str]:
    return [match[1].strip() for value in values if (match := _ITEM.match(value))]


def _required(values: Sequence[str]) -> dict[str, bool]:
    """The answers to what Hyper-V requires; Windows gives none while a hypervisor runs, and says so."""
    found: dict[str, bool] = {}
    for value in values:
        name, colon, answer = value.rpartition(":")
        if not colon:
            if any(word in value.lower() for word in _HYPERVISOR):
                return {"HypervisorPresent": True}
            continue
        english = {answer.strip(), *localised.english(answer.strip())}
        for property, words in _REQUIREMENTS.items():
            if any(word in name.lower() for word in words) and {"Yes", "No"} & english:
                found[property] = "Yes" in english
    return {**found, "HypervisorPresent": False} if found else {}
