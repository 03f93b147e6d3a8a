"""What the rooms give to the machinery of acts: handlers, consequences in order, suppliers."""

from __future__ import annotations

from comitia.record.kinds.organisation import MergeBranch
from comitia.record.kinds.values import Identifier
from comitia.web.acts.wiring import Wiring
from comitia.web.organisation import acts as organisation_acts
from comitia.web.organisation.queries import branches_below, holdings_of, path_of
from comitia.web.publicrecord.sequencing import sequence_soon
from comitia.web.register import acts as register_acts
from comitia.web.register import queries as register
from comitia.web.register.founding import acts as founding_acts
from comitia.web.register.mergers import follow_merger
from comitia.web.rulebook import acts as rulebook_acts


def rests_on(branch: Identifier) -> tuple[Identifier, ...]:
    """Return what keeps a branch from closing: branches below it, and members."""
    below = branches_below(branch).filter(last_day=None)[:2]
    return (*(Identifier(one.pk) for one in below), *register.rests_on(branch))


WIRING = Wiring(
    handlers={
        **organisation_acts.HANDLERS,
        **rulebook_acts.HANDLERS,
        **register_acts.HANDLERS,
        **founding_acts.HANDLERS,
    },
    consequences=((MergeBranch, follow_merger),),
    holdings_of=holdings_of,
    path_of=path_of,
    rests_on=rests_on,
    after_commit=sequence_soon,
)
