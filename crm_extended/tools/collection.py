"""Collection kernels: what promises to pay received, what a mail server's answer means; no ORM."""

import smtplib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """What was promised on one debt, and how much had been paid on the debt at two moments.

    `mark` and `reached` count the money paid on the debt from any common origin: `mark` when the promise
    was made, `reached` at the end of the last day that counts for it.
    """

    amount: float
    mark: float
    reached: float


def shares(
    claims: Sequence[Claim],
    rounding: float,
    before: Iterable[tuple[float, float]] = (),
) -> list[float]:
    """Return what each of several promises on the same debt received, in the order of their last days.

    Money counts once: first for the promise that is due first, up to its amount.

    :param before: (mark, share) of promises on other debts that took of the same money

    1,000 in two halves. 500 came in time for the first, and nothing more for the second:

    >>> shares([Claim(500, 0, 500), Claim(500, 0, 500)], 0.01)
    [500.0, 0.0]

    1,000 promised, 400 came; 600 promised anew after that, and they came:

    >>> shares([Claim(1000, 0, 400), Claim(600, 400, 1000)], 0.01)
    [400.0, 600.0]

    What comes after the last day of a broken promise counts for the next one alone:

    >>> shares([Claim(1000, 0, 0), Claim(1000, 0, 1000)], 0.01)
    [0.0, 1000.0]
    """
    taken = list(before)
    result = []
    for claim in claims:
        got = claim.reached - claim.mark
        for mark, share in taken:
            # the part of the other's share that came before this promise was made is not in `got`
            got -= max(0.0, share - max(0.0, claim.mark - mark))
        share = round_to(min(max(got, 0.0), claim.amount), rounding)
        taken.append((claim.mark, share))
        result.append(share)
    return result


def owed(amount: float, baseline: float, credited: float) -> float:
    """Return what is left to pay of a promised amount after the debt was reduced without money.

    A credit note takes the part of the debt first that was not promised.

    >>> owed(600, 1000, 300), owed(600, 1000, 700), owed(600, 1000, 1000)
    (600, 300, 0)
    """
    return min(amount, max(0, baseline - credited))


def verdict(owed_amount: float, received: float, is_over: bool, rounding: float) -> str:
    """Return what has become of a promise: "open", "kept", "partly", "broken" or "void".

    1,000 by the 10th with 2 tolerance days; 400 came on the 11th. On the 12th it is still open, on the
    13th partly kept; had nothing come, it would be broken:

    >>> [verdict(1000, 400, over, 0.01) for over in (False, True)], verdict(1000, 0, True, 0.01)
    (['open', 'partly'], 'broken')

    Kept as soon as the money is there; void when there is nothing left to pay:

    >>> verdict(1000, 1000, False, 0.01), verdict(0, 0, False, 0.01)
    ('kept', 'void')
    """
    if owed_amount < rounding / 2:
        return "void"
    if received > owed_amount - rounding / 2:
        return "kept"
    if not is_over:
        return "open"
    return "partly" if received >= rounding / 2 else "broken"


def delivery_outcome(error: BaseException, is_connecting: bool = False) -> str:
    """Return what an error of the mail server means for a message: "retry", "failed" or "unknown".

    While connecting nothing has left: try again later. An answer says whether it was taken, 4xx for now and
    5xx for good. Without an answer the message may be on its way, and is not sent once more:

    >>> delivery_outcome(ConnectionRefusedError(), is_connecting=True)
    'retry'
    >>> delivery_outcome(smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no such user")}))
    'failed'
    >>> delivery_outcome(smtplib.SMTPRecipientsRefused({"a@b.example": (452, b"mailbox full")}))
    'retry'
    >>> delivery_outcome(smtplib.SMTPDataError(554, b"spam")), delivery_outcome(TimeoutError())
    ('failed', 'unknown')
    >>> delivery_outcome(smtplib.SMTPServerDisconnected("closed")), delivery_outcome(ValueError("no text"))
    ('unknown', 'failed')
    """
    if is_connecting:
        return "retry"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    else:
        return "unknown" if isinstance(error, OSError) else "failed"
    return "retry" if any(400 <= code < 500 for code in codes) else "failed"


def round_to(amount: float, rounding: float) -> float:
    """Return the amount rounded to a multiple of `rounding`.

    >>> round_to(10.004, 0.01), round_to(99.9, 1)
    (10.0, 100.0)
    """
    digits = max(0, len(f"{rounding:.6f}".rstrip("0").partition(".")[2]))
    return float(round(round(amount / rounding) * rounding, digits))
