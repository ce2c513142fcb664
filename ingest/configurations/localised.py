"""Words and dates of other languages: German, French, Japanese, simplified and traditional Chinese.

Property names and most members of enumerations are English everywhere; states, answers and dates are not always.
"""

from __future__ import annotations

import re
from datetime import datetime

# English member → what other languages print for it. One word can stand for several members; the enumeration decides.
_WORDS = {
    "Running": "wird ausgeführt|ausgeführt|en cours d'exécution|exécution en cours|実行中|正在运行|运行中|正在執行|執行中",
    "Off": "aus|ausgeschaltet|désactivé|désactivée|オフ|关闭|已关闭|關閉|已關閉",
    "On": "ein|eingeschaltet|activé|activée|オン|打开|开|開啟|開",
    "Saved": "gespeichert|enregistré|enregistrée|保存完了|保存済み|已保存|已儲存",
    "Saving": "wird gespeichert|enregistrement en cours|保存中|正在保存|正在儲存",
    "Paused": "angehalten|en pause|suspendu|suspendue|一時停止|已暂停|已暫停",
    "Starting": "wird gestartet|démarrage en cours|起動中|開始中|正在启动|正在啟動",
    "Stopping": "wird beendet|wird heruntergefahren|arrêt en cours|停止中|正在停止|正在關閉",
    "Stopped": "beendet|arrêté|arrêtée|停止|已停止",
    "Up": "aktiv|betriebsbereit|opérationnel|en service|稼働|稼働中|启动|已启动|啟動|已啟動",
    "Down": "inaktiv|ausgefallen|nicht betriebsbereit|hors service|停止|ダウン|关闭|已关闭|關閉|已關閉",
    "Joining": "wird verknüpft|tritt bei|jonction|参加中|正在加入",
    "Online": "en ligne|オンライン|联机|在线|線上|連線",
    "Offline": "hors connexion|hors ligne|オフライン|脱机|离线|離線",
    "Failed": "fehler|fehlgeschlagen|échec|失敗|失败",
    "PartialOnline": "teilweise online|partiellement en ligne|一部オンライン|部分联机|部分線上",
    "Pending": "ausstehend|en attente|保留中|挂起|擱置",
    "Partitioned": "partitioniert|partitionné|パーティション分割|已分区|已分割",
    "Unavailable": "nicht verfügbar|indisponible|利用不可|不可用|無法使用",
    "Unknown": "unbekannt|inconnu|不明|未知",
    "Enabled": "aktiviert|activé|activée|有効|启用|已启用|啟用|已啟用",
    "Disabled": "deaktiviert|désactivé|désactivée|無効|禁用|已禁用|停用|已停用",
    "None": "kein|keine|keiner|aucun|aucune|なし|无|無",
    "Yes": "ja|oui|はい|是",
    "No": "nein|non|いいえ|否",
    "True": "wahr|vrai",
    "False": "falsch|faux",
    "Automatic": "automatisch|automatique|自動|自动",
    "Manual": "manuell|manuel|手動|手动",
    "Fixed": "fest|feste größe|fixe|taille fixe|固定|容量固定|固定大小",
    "Dynamic": "dynamisch|dynamisch erweiterbar|dynamique|taille dynamique|可変|容量可変|动态|动态扩展|動態|動態擴充",
    "Differencing": "differenzierend|différenciation|de différenciation|差分|差异|差异化|差異",
    "External": "extern|externe|外部",
    "Internal": "intern|interne|内部|內部",
    "Private": "privat|privé|プライベート|专用|私人",
    "Ok": "in ordnung|normaler betrieb|normal|正常|確定",
    "NoContact": "kein kontakt|aucun contact|接続なし|无联系|無連絡",
    "LostCommunication": "kommunikation unterbrochen|kommunikation verloren|communication perdue|通信切断|通信丢失|通訊中斷",
    "Normal": "normal|正常",
    "Warning": "warnung|avertissement|警告",
    "Critical": "kritisch|critique|重大|严重|嚴重",
    "Healthy": "fehlerfrei|sain|正常|正常健康",
}


def _plain(word: str) -> str:
    return re.sub(r"[ _\u00a0-]", "", word).replace("’", "'").lower()


_MEMBERS: dict[str, tuple[str, ...]] = {}
for _member, _words in _WORDS.items():
    for _word in _words.split("|"):
        _MEMBERS[_plain(_word)] = (*_MEMBERS.get(_plain(_word), ()), _member)


def english(word: str) -> tuple[str, ...]:
    """The English members that a word of another language can stand for; none when the word is not known."""
    return _MEMBERS.get(_plain(word), ())


# --- dates ------------------------------------------------------------------------------------------------------------

_DATE = re.compile(
    r"(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{1,4})\.?,? ?"
    r"(?:(AM|PM|上午|下午|午前|午後) ?)?(\d{1,2}):(\d\d)(?::(\d\d))?(?: (AM|PM|上午|下午|午前|午後))?",
    re.I,
)
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/\d{4}(?![\d/])")
_AFTERNOON = {"pm", "下午", "午後"}


def day_comes_first(text: str) -> bool | None:
    """Whether dates with slashes in a text name the day before the month, which only days above 12 tell; None when none does."""
    found = {int(date[1]) > 12 for date in _SLASHED.finditer(text) if (int(date[1]) > 12) != (int(date[2]) > 12)}
    return found.pop() if len(found) == 1 else None


def moment(written: str, day_first: bool | None) -> str | None:
    """A date with time in a regional format as ISO 8601 without a zone; None when it is none or its month cannot be told.

    Dots mean day before month and a year in front means month before day everywhere; slashes mean either.
    """
    match = _DATE.fullmatch(re.sub(r"[ \u00a0\u202f]+", " ", written.strip()))
    if not match:
        return None
    first, mark, second, third, before, hour, minute, seconds, after = match.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif len(third) != 4:
        return None
    else:
        year, day, month = int(third), int(first), int(second)
        if mark != ".":
            if month > 12 or (day <= 12 and day_first is False):
                day, month = month, day
            elif day <= 12 and day != month and day_first is None:
                return None
    half, hours = (before or after or "").lower(), int(hour)
    if half:
        hours = hours % 12 + (12 if half in _AFTERNOON else 0)
    try:
        return datetime(year, month, day, hours, int(minute), int(seconds or 0)).isoformat()
    except ValueError:
        return None
