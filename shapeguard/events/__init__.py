"""What an operation or a statement reports: frozen data without syntax or position.

An event says what happened to which shapes; whether that is a mistake, and how to say it, is for the rules.
"""

from __future__ import annotations

from typing import TypeAlias

from shapeguard.events.axes import (
    ContractsOther,
    FactorTransposed,
    ImplicitAxis,
    LengthsOfOther,
    MaskedEvenly,
    NormalisesBatch,
    NormalisesOne,
    SqueezeAll,
    SqueezeNothing,
    SqueezeOpen,
)
from shapeguard.events.broadcasting import (
    BroadcastMismatch,
    EntryBroadcast,
    LastReduced,
    LossBroadcast,
    Misaligned,
    OuterBroadcast,
    OuterSummed,
    TableMet,
    TotalTimes,
)
from shapeguard.events.contracts import (
    AnnotationMismatch,
    ArgumentMismatch,
    ClaimMismatch,
    ClaimRefused,
    DocstringMismatch,
    FoldedInstance,
    InvalidAnnotation,
    NotEnforced,
    ReturnMismatch,
    Revealed,
    UnboundNames,
)
from shapeguard.events.parameters import OtherArgument, OtherParameter, UnequalDefaults
from shapeguard.events.picking import CountsOther, Discarded, PicksForAll
from shapeguard.events.sequences import BatchPooled, SequenceFirst
from shapeguard.events.sizes import (
    AxisOutOfRange,
    Crossed,
    InvalidArgument,
    JoinedElsewhere,
    RankMismatch,
    ResizedTo,
    SharesJoined,
    SizeMismatch,
    TokenJoined,
    UnpackMismatch,
)
from shapeguard.events.views import (
    Arranged,
    MergedOtherwise,
    MergedUnevenly,
    NotContiguous,
    ReshapeMismatch,
    ViewReorders,
)

Event: TypeAlias = (
    ContractsOther | FactorTransposed | ImplicitAxis | LengthsOfOther | MaskedEvenly | NormalisesBatch | NormalisesOne | SqueezeAll | SqueezeNothing | SqueezeOpen
    | BroadcastMismatch | EntryBroadcast | LastReduced | LossBroadcast | Misaligned | OuterBroadcast | OuterSummed | TableMet | TotalTimes
    | AnnotationMismatch | ArgumentMismatch | ClaimMismatch | ClaimRefused | DocstringMismatch | FoldedInstance | InvalidAnnotation | NotEnforced | ReturnMismatch | Revealed | UnboundNames
    | OtherArgument | OtherParameter | UnequalDefaults
    | CountsOther | Discarded | PicksForAll
    | BatchPooled | SequenceFirst
    | AxisOutOfRange | Crossed | InvalidArgument | JoinedElsewhere | RankMismatch | ResizedTo | SharesJoined | SizeMismatch | TokenJoined | UnpackMismatch
    | Arranged | MergedOtherwise | MergedUnevenly | NotContiguous | ReshapeMismatch | ViewReorders
)  # fmt: skip
# What is reported of these is what was meant, not what fails: a caller that happens to pass equal sizes proves nothing.
INTENT = (
    OuterBroadcast, OuterSummed, Misaligned, LastReduced, MergedOtherwise, MergedUnevenly, LossBroadcast, ViewReorders, ContractsOther,
    CountsOther, PicksForAll, MaskedEvenly, NormalisesBatch, SequenceFirst, BatchPooled, TotalTimes, EntryBroadcast, TableMet, Crossed,
    JoinedElsewhere, TokenJoined, OtherParameter, OtherArgument, ResizedTo,
)  # fmt: skip
# What says that the code and what is thought of its shapes do not go together.
CONTRADICTING = (
    BroadcastMismatch, SizeMismatch, RankMismatch, ReshapeMismatch, AxisOutOfRange, InvalidArgument, UnpackMismatch,
    ClaimMismatch,
)  # fmt: skip
# What is reported of a single call only by accident of its sizes.
OF_EVERY_CALL = (ClaimMismatch, NormalisesOne, SqueezeNothing)
# What may rest on shapes that comments and docstrings state; these are often wrong about the order of axes.
OF_CLAIMS = tuple(
    kind for kind in (*INTENT, SqueezeAll, NormalisesOne) if kind not in (Crossed, JoinedElsewhere, TokenJoined)
)
