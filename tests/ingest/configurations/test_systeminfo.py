"""systeminfo in five languages, and what it says about the hypervisor."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.configurations import plain_text
from ingest.configurations.parts import BadFile, Part
from ingest.configurations.read import Reading, Upload, read_uploads
from kb.inventory import to_builtins


def reading(*contents: str | bytes, name: str = "x.txt") -> Reading:
    return read_uploads([Upload(f"{n}-{name}", text.encode() if isinstance(text, str) else text) for n, text in enumerate(contents)])


def host(*contents: str | bytes) -> dict[str, Any]:
    result = reading(*contents)
    assert result.left_out == []
    (found,) = to_builtins(result.inventory)["hosts"]
    return found


ENGLISH = """
Host Name:                 KAI1
OS Name:                   Microsoft Windows Server 2019 Datacenter
OS Version:                10.0.17763 N/A Build 17763
OS Manufacturer:           Microsoft Corporation
OS Configuration:          Member Server
Original Install Date:     13/04/2021, 15:50:28
System Manufacturer:       Werft AG
System Model:              Dock 5
System Type:               x64-based PC
Processor(s):              2 Processor(s) Installed.
                           [01]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 Mhz
                           [02]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 Mhz
BIOS Version:              Werft AG 2.10.2, 04/13/2021
Windows Directory:         C:\\Windows
Total Physical Memory:     262,037 MB
Available Physical Memory: 13,790 MB
Virtual Memory: Max Size:  301,744 MB
Domain:                    lotse.example
Logon Server:              \\\\DC1
Hotfix(s):                 2 Hotfix(s) Installed.
                           [01]: KB5031361
                           [02]: KB5012170
Network Card(s):           1 NIC(s) Installed.
                           [01]: Intel(R) Ethernet Converged Network Adapter X710
                                 Connection Name: Ethernet
                                 IP address(es)
                                 [01]: 192.168.254.1
Hyper-V Requirements:      A hypervisor has been detected. Features required for Hyper-V will not be displayed.
"""

GERMAN = """
Hostname:                                      KAI1
Betriebssystemname:                            Microsoft Windows Server 2019 Datacenter
Betriebssystemversion:                         10.0.17763 Nicht zutreffend Build 17763
Betriebssystemkonfiguration:                   Mitgliedsserver
Ursprüngliches Installationsdatum:             13.04.2021, 15:50:28
Systemhersteller:                              Werft AG
Systemmodell:                                  Dock 5
Systemtyp:                                     x64-based PC
Prozessor(en):                                 2 Prozessor(en) installiert.
                                               [01]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 MHz
                                               [02]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 MHz
BIOS-Version:                                  Werft AG 2.10.2, 13.04.2021
Windows-Verzeichnis:                           C:\\Windows
Gesamter physischer Speicher:                  262.037 MB
Domäne:                                        lotse.example
Hotfix(es):                                    2 Hotfix(e) installiert.
                                               [01]: KB5031361
                                               [02]: KB5012170
Anforderungen für Hyper-V:                     Es wurde ein Hypervisor erkannt. Features, die für Hyper-V erforderlich sind, werden nicht angezeigt.
"""

FRENCH = """
Nom de l’hôte:                              KAI1
Nom du système d’exploitation:              Microsoft Windows Server 2019 Datacenter
Version du système:                         10.0.17763 N/A version 17763
Configuration du système d’exploitation:    Serveur membre
Date d'installation originale:              13/04/2021, 15:50:28
Fabricant du système:                       Werft AG
Modèle du système:                          Dock 5
Type du système:                            x64-based PC
Processeur(s):                              2 processeur(s) installé(s).
                                            [01] : Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 MHz
                                            [02] : Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 MHz
Version du BIOS:                            Werft AG 2.10.2, 13/04/2021
Répertoire Windows:                         C:\\Windows
Mémoire physique totale:                    262\u202f037 Mo
Mémoire virtuelle : taille maximale:        301\u202f744 Mo
Domaine:                                    lotse.example
Correctif(s):                               2 Corrections installées.
                                            [01]: KB5031361
                                            [02]: KB5012170
Configuration requise pour Hyper-V:         Un hyperviseur a été détecté. Les fonctionnalités nécessaires à Hyper-V ne seront pas affichées.
"""

JAPANESE = """
ホスト名:               KAI1
OS 名:                  Microsoft Windows Server 2019 Datacenter
OS バージョン:          10.0.17763 N/A ビルド 17763
OS 構成:                メンバー サーバー
最初のインストール日付: 2021/04/13, 15:50:28
システム製造元:         Werft AG
システム モデル:        Dock 5
システムの種類:         x64-based PC
プロセッサ:             2 プロセッサインストール済みです。
                        [01]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 Mhz
                        [02]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 Mhz
BIOS バージョン:        Werft AG 2.10.2, 2021/04/13
Windows ディレクトリ:   C:\\Windows
物理メモリの合計:       262,037 MB
ドメイン:               lotse.example
ホットフィックス:       2 ホットフィックスがインストールされています。
                        [01]: KB5031361
                        [02]: KB5012170
Hyper-V の要件:         ハイパーバイザーが検出されました。Hyper-V に必要な機能は表示されません。
"""

CHINESE = """
主机名:           KAI1
OS 名称:          Microsoft Windows Server 2019 Datacenter
OS 版本:          10.0.17763 暂缺 Build 17763
OS 配置:          成员服务器
初始安装日期:     2021/4/13, 15:50:28
系统制造商:       Werft AG
系统型号:         Dock 5
系统类型:         x64-based PC
处理器:           安装了 2 个处理器。
                  [01]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 Mhz
                  [02]: Intel64 Family 6 Model 85 Stepping 4 GenuineIntel ~2095 Mhz
BIOS 版本:        Werft AG 2.10.2, 2021/4/13
Windows 目录:     C:\\Windows
物理内存总量:     262,037 MB
域:               lotse.example
修补程序:         安装了 2 个修补程序。
                  [01]: KB5031361
                  [02]: KB5012170
Hyper-V 要求:     已检测到虚拟机监控程序。将不显示 Hyper-V 所需的功能。
"""

KAI1 = {
    "name": "KAI1",
    "version": "2019",
    "edition": "datacenter",
    "build": "10.0.17763",
    "architecture": "x64",
    "domain": "lotse.example",
    "installed": "2021-04-13T15:50:28Z",
    "system_drive": "C:",
    "bios": "Werft AG 2.10.2",
    "memory": 262037 * 2**20,
    "hypervisor_present": True,
    "processors": [{"manufacturer": "GenuineIntel"}] * 2,
    "updates": ["KB5031361", "KB5012170"],
}


@pytest.mark.parametrize("text", [ENGLISH, GERMAN, FRENCH, JAPANESE, CHINESE], ids=["en", "de", "fr", "ja", "zh"])
def test_every_language_tells_the_same(text: str):
    found = host(text)
    assert {key: found.get(key) for key in KAI1} == KAI1


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8", "utf-16"])
def test_a_spoiled_code_page_does_not_matter(encoding: str):
    found = host(GERMAN.encode(encoding))
    assert (found["domain"], found["memory"], found["hypervisor_present"]) == ("lotse.example", KAI1["memory"], True)


def test_the_same_values_in_json_give_the_same_inventory():
    rows = [
        {"CSName": "KAI1", "Caption": "Microsoft Windows Server 2019 Datacenter", "Version": "10.0.17763", "OSArchitecture": "64-bit",
         "SystemDrive": "C:", "InstallDate": "2021-04-13T15:50:28"},
        {"DNSHostName": "KAI1", "Domain": "lotse.example", "PartOfDomain": True, "TotalPhysicalMemory": 262037 * 2**20,
         "HypervisorPresent": True, "Manufacturer": "Werft AG", "Model": "Dock 5"},
        {"PSComputerName": "KAI1", "SMBIOSBIOSVersion": "Werft AG 2.10.2"},
        *({"SystemName": "KAI1", "NumberOfCores": None, "Manufacturer": "GenuineIntel"} for _ in range(2)),
        *({"PSComputerName": "KAI1", "HotFixID": number} for number in ("KB5031361", "KB5012170")),
    ]  # fmt: skip
    assert host(ENGLISH) == host(json.dumps(rows))


REQUIREMENTS = {
    "en": """Hyper-V Requirements:      VM Monitor Mode Extensions: Yes
                           Virtualization Enabled In Firmware: No
                           Second Level Address Translation: Yes
                           Data Execution Prevention Available: Yes
""",
    "de": """Anforderungen für Hyper-V:  Erweiterungen für den VM-Überwachungsmodus: Ja
                            Virtualisierung in Firmware aktiviert: Nein
                            Adressübersetzung der zweiten Ebene: Ja
                            Datenausführungsverhinderung verfügbar: Ja
""",
    "fr": """Configuration requise pour Hyper-V:         Extensions de mode du moniteur d’ordinateur virtuel : Oui
                                            Virtualisation activée dans le microprogramme : Non
                                            Traduction d’adresse de second niveau : Oui
                                            Prévention de l’exécution des données disponible : Oui
""",
    "ja": """Hyper-V の要件:         VM モニター モード拡張機能: はい
                        ファームウェアで仮想化が有効になっている: いいえ
                        第 2 レベルのアドレス変換: はい
                        データ実行防止が使用できる: はい
""",
    "zh": """Hyper-V 要求:     虚拟机监视器模式扩展: 是
                  固件中已启用虚拟化: 否
                  二级地址转换: 是
                  数据执行保护可用: 是
""",
}


@pytest.mark.parametrize("language", REQUIREMENTS)
def test_requirements_that_are_listed_mean_that_no_hypervisor_runs(language: str):
    processors = (
        "Processor(s):              1 Processor(s) Installed.\n                           [01]: AMD64 Family 23 AuthenticAMD ~2000 Mhz\n"
    )
    found = host(processors + REQUIREMENTS[language])
    assert (found["hypervisor_present"], found["data_execution_prevention"]) == (False, True)
    assert found["processors"] == [{"manufacturer": "AuthenticAMD", "slat": True, "virtualization": False}]
    assert host(REQUIREMENTS[language])["hypervisor_present"] is False


@pytest.mark.parametrize(
    ("old", "new", "field", "expected"),
    [
        ("lotse.example", "WORKGROUP", "domain", ""),
        ("Member Server", "Standalone Server", "domain", ""),
        ("2 Hotfix(s)", "263 Hotfix(s)", "updates", None),
        ("10.0.17763 N/A Build 17763", "10.0.99999 N/A Build 99999", "version", None),
        ("Windows Server 2019 Datacenter", "Windows 10 Pro", "version", None),
        ("Total Physical Memory", "Total Memory", "memory", None),
        ("Hyper-V Requirements", "Requirements", "hypervisor_present", None),
        ("13/04/2021", "03/04/2021", "installed", None),
    ],
)
def test_what_is_not_told_is_not_known(old: str, new: str, field: str, expected: Any):
    text = ENGLISH.replace(old, new).replace("04/13/2021", "04/03/2021")
    assert host(text).get(field) == expected


def test_in_a_transcript_and_for_two_machines():
    text = f"C:\\>systeminfo\n{ENGLISH}\nC:\\>systeminfo /s kai2\n{GERMAN.replace('KAI1', 'KAI2')}\nPS C:\\> Get-VM\n\n"
    text += "Name State CPUUsage(%)\n---- ----- -----------\nEwer Off   0\n"
    inventory = reading(text).inventory
    assert [found.name for found in inventory.hosts or []] == ["KAI1", "KAI2"]
    assert [vm.name for vm in inventory.vms or []] == ["Ewer"]


def test_as_csv():
    text = '"Host Name","OS Name","OS Version","Total Physical Memory","Processor(s)"\n'
    text += '"KAI1","Microsoft Windows Server 2019 Standard","10.0.17763 N/A Build 17763","262,037 MB",'
    text += '"2 Processor(s) Installed.,[01]: GenuineIntel ~2095 Mhz,[02]: GenuineIntel ~2095 Mhz"\n'
    found = host(text)
    assert (found["name"], found["version"], found["edition"], found["memory"], len(found["processors"])) == (
        "KAI1", "2019", "standard", 262037 * 2**20, 2,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["Domain: lotse.example\n", "Host Name: x\n", "Hostname: x\nDomäne: y\n"])
def test_labels_that_others_print_too_are_no_systeminfo(text: str):
    assert reading(text).left_out


@given(
    st.sampled_from([ENGLISH, GERMAN, FRENCH, JAPANESE, CHINESE]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.text(max_size=10)), max_size=6),
)
def test_any_damage_gives_a_part_or_is_refused(text: str, changes: list[tuple[int, int, str]]):
    for at, length, new in changes:
        at %= len(text) or 1
        text = text[:at] + new + text[at + length :]
    with contextlib.suppress(BadFile):
        assert isinstance(plain_text.read(text, "x.txt"), Part)
