"""Rules about the quorum witness."""

from __future__ import annotations

from kb import units
from kb.entry import Text
from kb.inventory import Cluster, Location, Witness, same_name
from kb.rules.engine import Look, Missing, NotApplicable, Verdict, failed, need, passed, rule, words
from kb.rules.shared import on_share


def _witness(cluster: Cluster, kind: str | None = None) -> Witness:
    """The witness, of a `kind` if one is given; raises NotApplicable for another or none, Missing when it is not known."""
    witness = need(cluster, "witness")
    found = need(witness, "kind")
    if found == "none":
        raise NotApplicable("the cluster has no witness", "der Cluster hat keinen Zeugen")
    if kind and found != kind:
        raise NotApplicable("the witness is of another kind", "der Zeuge ist von anderer Art")
    return witness


def _size(value: int) -> Text:
    return Text(units.of_bytes(value, "en"), units.of_bytes(value, "de"))


@rule(
    "QUO101",
    on="cluster",
    entry="witness-offline",
    en="Quorum witness is not online",
    de="Quorumzeuge ist nicht online",
    severity="error",
    implements=("cluster-witness-offline",),
)
def witness_offline(cluster: Cluster, look: Look) -> Verdict:
    """A witness that is offline has no vote when it is needed."""
    witness = _witness(cluster)
    state = need(witness, "state")
    shown = words(f"{witness.resource or 'witness'}: {state}", f"{witness.resource or 'Zeuge'}: {state}")
    return passed(shown) if state.casefold() == "online" else failed(shown, words("Online"), witness.where("state"))


@rule(
    "QUO102",
    on="cluster",
    entry="quorum-disk-only",
    en="Quorum hangs on a single disk",
    de="Quorum hängt an einem einzigen Datenträger",
    severity="error",
    implements=("cluster-quorum-disk-only",),
)
def disk_only(cluster: Cluster, look: Look) -> Verdict:
    """In this mode the nodes have no votes, and the cluster stops with the disk."""
    quorum = need(cluster, "quorum")
    shown = words(quorum)
    return failed(shown, location=cluster.where("quorum")) if quorum.casefold() == "diskonly" else passed(shown)


# Source: Deploy a quorum witness. ReFS came with 2012.
WITNESS_FILE_SYSTEMS = ("NTFS", "ReFS")


@rule(
    "QUO103",
    on="cluster",
    entry="witness-disk-requirements",
    en="Disk witness is not a basic disk of its own with NTFS or ReFS",
    de="Datenträgerzeuge ist kein eigener Basisdatenträger mit NTFS oder ReFS",
    severity="error",
    implements=("witness-disk",),
)
def unfit_witness_disk(cluster: Cluster, look: Look) -> Verdict:
    """Basic, formatted, no Cluster Shared Volume, no drive letter, and no disk of Storage Spaces Direct at all."""
    witness = _witness(cluster, "disk")
    bad: list[tuple[Text, Location | None]] = []
    if cluster.storage_spaces_direct:
        bad.append((words("Storage Spaces Direct", "direkte Speicherplätze (S2D)"), cluster.where("storage_spaces_direct")))
    if witness.dynamic:
        bad.append((words("dynamic disk", "dynamischer Datenträger"), witness.where("dynamic")))
    if witness.csv:
        bad.append((words("Cluster Shared Volume", "Freigegebenes Clustervolume"), witness.where("csv")))
    if witness.drive_letter:
        bad.append(
            (words(f"drive letter {witness.drive_letter}", f"Laufwerkbuchstabe {witness.drive_letter}"), witness.where("drive_letter"))
        )
    if witness.file_system and witness.file_system.casefold() not in {name.casefold() for name in WITNESS_FILE_SYSTEMS}:
        bad.append((words(witness.file_system), witness.where("file_system")))
    if bad:
        shown = Text(", ".join(text.en for text, _ in bad), ", ".join(text.de for text, _ in bad))
        return failed(shown, location=bad[0][1] or witness.where())
    need(witness, "dynamic", "csv", "drive_letter", "file_system")
    return passed(words(witness.file_system))


@rule(
    "QUO104",
    on="cluster",
    entry="witness-disk-min-size",
    en="Disk witness is too small",
    de="Datenträgerzeuge ist zu klein",
    severity="error",
    implements=("witness-disk",),
    only="2012..2025",
)
def witness_disk_too_small(cluster: Cluster, look: Look) -> Verdict:
    """The entry states the least size."""
    size = need(_witness(cluster, "disk"), "size")
    least = units.parse_size(f"{look.limit('witness-disk-min-size').value}MB")
    if size < least:
        return failed(_size(size), _size(least), cluster.witness.where("size") if cluster.witness else None)
    return passed(_size(size), _size(least))


def _server(witness: Witness) -> str:
    r"""The server of the share `\\server\share`; raises Missing for anything else."""
    path = need(witness, "path").replace("/", "\\")
    if not on_share(path):
        raise Missing("witness.path")
    return path[2:].partition("\\")[0]


@rule(
    "QUO105",
    on="cluster",
    entry="quorum-witness-on-same-cluster",
    en="File share witness lies on the cluster it serves",
    de="Dateifreigabezeuge liegt auf dem Cluster, dem er dient",
    severity="error",
    implements=("witness-fileshare",),
)
def witness_on_the_same_cluster(cluster: Cluster, look: Look) -> Verdict:
    """A node, the cluster itself, or one of its VMs; a VM is recognised when it bears the name of its guest."""
    witness = _witness(cluster, "file_share")
    server = _server(witness)
    nodes = [node.name for node in cluster.nodes or []]
    roles = [
        *(cluster.vms or []),
        *(group.name for group in cluster.groups or []),
        *(vm.name for vm in look.inventory.vms or [] if vm.highly_available),
    ]
    inside = next((name for name in (cluster.name, *nodes, *roles) if same_name(name, server)), None)
    if inside:
        return failed(words(witness.path), location=witness.where("path"))
    need(cluster, "nodes")
    if cluster.vms is None and cluster.groups is None:
        raise Missing("cluster.vms")
    return passed(words(witness.path))


@rule(
    "QUO106",
    on="cluster",
    entry="fsw-not-on-dfs",
    en="File share witness in a DFS namespace",
    de="Dateifreigabezeuge in einem DFS-Namespace",
    severity="error",
    implements=("witness-fileshare",),
)
def witness_in_dfs(cluster: Cluster, look: Look) -> Verdict:
    """The path of a domain's namespace starts with the name of the domain; a stand-alone namespace looks like any share."""
    witness = _witness(cluster, "file_share")
    server = _server(witness).casefold()
    domains = [cluster.domain, *(host.domain for host in look.inventory.hosts or [])]
    if server in {domain.casefold() for domain in domains if domain}:
        return failed(words(witness.path), location=witness.where("path"))
    if domains.count(None) == len(domains):
        raise Missing("cluster.domain")
    return passed(words(witness.path))


@rule(
    "QUO107",
    on="cluster",
    entry="witness-fileshare-min-space",
    en="Too little space on the share of the witness",
    de="Zu wenig Platz auf der Freigabe des Zeugen",
    severity="error",
    implements=("witness-fileshare",),
    only="2012..2025",
)
def witness_share_full(cluster: Cluster, look: Look) -> Verdict:
    """The entry states how much is needed."""
    witness = _witness(cluster, "file_share")
    free = need(witness, "free")
    least = units.parse_size(f"{look.limit('witness-fileshare-min-space').value}MB")
    if free < least:
        return failed(_size(free), _size(least), witness.where("free"))
    return passed(_size(free), _size(least))


# Kinds of storage accounts that keep a cloud witness. Source: Deploy a quorum witness (not: blob storage, premium storage).
GENERAL_PURPOSE = ("Storage", "StorageV2")


@rule(
    "QUO108",
    on="cluster",
    entry="cloud-witness",
    en="Cloud witness in an unfit storage account, or in a version that has none",
    de="Cloudzeuge in einem ungeeigneten Speicherkonto oder in einer Version ohne Cloudzeugen",
    severity="error",
    implements=("witness-cloud",),
)
def unfit_cloud_witness(cluster: Cluster, look: Look) -> Verdict:
    """General purpose and standard performance; the witness came with 2016."""
    witness = _witness(cluster, "cloud")
    kind, tier = witness.account_kind, witness.account_tier
    shown = words(", ".join(item for item in (kind, tier) if item) or "cloud")
    if (kind and kind.casefold() not in {name.casefold() for name in GENERAL_PURPOSE}) or (tier and tier.casefold().startswith("premium")):
        return failed(shown, words("Storage / StorageV2, Standard"), witness.where("account_kind") or witness.where("account_tier"))
    if look.version and look.limit("cloud-witness").value is not True:
        return failed(words("cloud witness", "Cloudzeuge"), words("2016"), witness.where("kind"))
    need(witness, "account_kind", "account_tier")
    look.needs_version()
    return passed(shown)
