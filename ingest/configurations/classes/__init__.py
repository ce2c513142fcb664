"""The classes of the Hyper-V, FailoverClusters and CIM cmdlets: how to recognise an object and what its properties mean.

Property names: the type definitions of the modules Hyper-V 2.0.0.0 and FailoverClusters 2.0.0.0; names of older modules
(Snapshot instead of Checkpoint) and of common collectors stand beside them. Names are compared without case and underscores.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.configurations.classes import cluster, host, network, storage, vm
from ingest.configurations.classes.kind import Kind
from ingest.configurations.rows import plain

# The order counts: an object is of the first class that fits.
KINDS: tuple[Kind, ...] = (*network.KINDS, *vm.KINDS, *host.KINDS, *storage.KINDS, *cluster.KINDS)
BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
BY_HINT: dict[str, Kind] = {plain(hint): kind for kind in KINDS for hint in (kind.name, *kind.hints.split())}
BY_TYPE: dict[str, Kind] = {name.lower(): kind for kind in KINDS for name in (kind.name, *kind.types.split())}


@lru_cache(1024)
def classify(names: frozenset[str]) -> Kind | None:
    """The class of an object with these (plain) property names; None when no signature fits."""
    return next((kind for kind in KINDS if any(signature <= names for signature in kind.sets)), None)


def named(type: str | None) -> Kind | None:
    """The class of this .NET or WMI name, with or without what stands before it; None when it is not known."""
    return BY_TYPE.get(re.split(r"[.:/\\#]", type.lower())[-1]) if type else None
