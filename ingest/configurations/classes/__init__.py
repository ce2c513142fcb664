"""The classes of the Hyper-V, FailoverClusters and CIM cmdlets: how to recognise an object and what its properties mean.

Property names: the type definitions of the modules Hyper-V 2.0.0.0 and FailoverClusters 2.0.0.0; names of older modules
(Snapshot instead of Checkpoint) and of common collectors stand beside them. Names are compared without case and underscores.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.configurations.classes import (
    adapters,
    agents,
    bridging,
    cluster,
    devices,
    disks,
    guest,
    host,
    interfaces,
    migration,
    network,
    replica,
    scvmm,
    storage,
    vm,
    windows,
    wmi,
)
from ingest.configurations.classes.kind import Kind
from ingest.configurations.rows import plain

# The order counts: an object is of the first class that fits.
KINDS: tuple[Kind, ...] = (
    *wmi.KINDS,
    *scvmm.KINDS,
    *interfaces.KINDS,
    *network.KINDS,
    *bridging.KINDS,
    *vm.KINDS,
    *adapters.KINDS,
    *guest.KINDS,
    *replica.KINDS,
    *devices.KINDS,
    *migration.KINDS,
    *host.KINDS,
    *storage.KINDS,
    *disks.KINDS,
    *cluster.KINDS,
    *windows.KINDS,
    *agents.KINDS,
)
BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
BY_HINT: dict[str, Kind] = {plain(hint): kind for kind in KINDS for hint in (kind.name, *kind.hints.split())}
BY_TYPE: dict[str, Kind] = {name.lower(): kind for kind in KINDS for name in (kind.name, *kind.types.split())}


@lru_cache(1024)
def classify(names: frozenset[str]) -> Kind | None:
    """The class of an object with these (plain) property names; None when no signature fits."""
    return next((kind for kind in KINDS if any(signature <= names for signature in kind.sets)), None)


def named(type: str | None) -> Kind | None:
    """The class of this .NET or WMI name, with or without what stands before it; None when it is not known."""
    if not type:
        return None
    prefix = "sc" if "virtualmachinemanager." in type.lower() else ""  # VMM has classes of the same names
    return BY_TYPE.get(prefix + re.split(r"[.:/\\#]", type.lower())[-1])
