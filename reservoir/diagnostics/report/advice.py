"""What a verdict means and what to do about it, in words."""

from math import inf


def meaning_of(condition, facts):
    """Return what the verdict means, with what the health of spiking units adds.

    Parameters
    ----------
    condition : Condition
    facts : Facts
        That it applies to.

    Returns
    -------
    str

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from reservoir.diagnostics.report.advice import meaning_of
    >>> from reservoir.diagnostics.report.verdict import CONDITIONS
    >>> meaning_of(CONDITIONS[1], SimpleNamespace(ailment=None))
    'The states do not depend on this input.'
    """
    return condition.meaning.format(f": {facts.ailment.detail}" if facts.ailment is not None else "")


def advice_of(condition, facts, remedy, where="this series"):
    """Return the prose of a report.

    Parameters
    ----------
    condition : Condition
    facts : Facts
        That it applies to.
    remedy : Remedy or None
    where : str, default="this series"
        What it was tried on.

    Returns
    -------
    str

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from reservoir.diagnostics.report.advice import advice_of
    >>> from reservoir.diagnostics.report.verdict import CONDITIONS
    >>> facts = SimpleNamespace(ailment=None, transient=5, alike=True, recorded=False)
    >>> advice_of(CONDITIONS[-1], facts, None)
    'The past is forgotten step by step, as it should be. Nothing needs to be changed.'
    """
    sentences = [meaning_of(condition, facts)]
    if remedy is not None:
        changes = " and ".join(map(str, remedy.changes))
        outcome = f"tried on {where}, that makes it {remedy.condition.verdict}"
        sentences.append(f"{changes[0].upper()}{changes[1:]}: {outcome}.")
    elif condition.remedies and not facts.recorded:
        sentences.append("No change of its scales or time constants was found that mends it on this series.")
    if condition.healthy and facts.transient == inf:
        lasting = "Some spikes still depend on the start when the series ends."
        unknown = "The series ends before the start is forgotten: judge by a longer one."
        sentences.append(lasting if facts.spiking and facts.alike else unknown)
    elif condition.healthy and not facts.alike:
        sentences.append("The start is not forgotten in the first half of the series: judge by a longer one.")
    if facts.recorded:
        once = ", and so are consistency and transient of what was recorded once" if facts.consistency is None else ""
        sentences.append(f"Of recorded states, the Lyapunov exponent and the spectral radius are unknown{once}.")
    return " ".join(sentences)
