"""Prints what was measured, and says what is wrong with it."""

import platform

HEADER = "operation | ours s | limit s | peer s | ours/limit | peer/ours | queries"


def print_setting(env, scale, note, peers):
    """Versions, scale, and how long the installation took on this ledger."""
    from odoo import release

    env.cr.execute("SELECT current_setting('server_version'), count(*) FROM account_move_line")
    postgres, items = env.cr.fetchone()
    print(f"scale {scale:g}: {items:,} journal items")
    print(
        f"Odoo {release.version}, Python {platform.python_version()}, "
        f"PostgreSQL {postgres.split()[0]}; peers: {', '.join(peers)}"
    )
    installed = note["installed"]
    print(
        f"crm_extended installed on this ledger in {installed['seconds']:.1f} s, of which itself "
        f"{installed['loading']:.1f} s and {installed['queries']:,} queries; "
        f"the database grew by {installed['bytes'] / 1e6:.1f} MB"
    )


def print_memory(operations, measured):
    print("extra memory, MB: operation | ours | limit | peer")
    for operation in operations:
        cells = [
            f"{measured[side].memory:.0f}" if side else "-"
            for side in (operation.ours, operation.limit, operation.peer)
        ]
        print(" | ".join([operation.name, *cells]))


def print_times(operations, measured):
    print(HEADER)
    for operation in operations:
        ours, limit = measured[operation.ours], measured[operation.limit]
        peer = operation.peer and measured[operation.peer]
        cells = [
            f"{ours.seconds:.3f}",
            f"{limit.seconds:.3f}",
            f"{peer.seconds:.3f}" if peer else "-",
            f"{ours.seconds / limit.seconds:.2f}",
            f"{peer.seconds / ours.seconds:.1f}" if peer else "-",
            f"{ours.queries}",
        ]
        print(" | ".join([operation.name, *cells]))


def print_rates(operations, measured):
    """For operations that handle many things: how many a second of processor time."""
    counted = [operation for operation in operations if operation.units]
    if counted:
        print("a second of processor time: operation | units | ours | limit | ours/limit")
    for operation in counted:
        ours, limit = (rate(operation, measured[side]) for side in (operation.ours, operation.limit))
        print(f"{operation.name} | {operation.units:,} | {ours:,.0f} | {limit:,.0f} | {ours / limit:.2f}")


def rate(operation, side):
    return operation.units / max(side.processor_seconds, 0.001)


def broken_bounds(operation, measured):
    """Say which bounds of the operation do not hold."""
    bounds, ours = operation.bounds, measured[operation.ours]
    of_limit = ours.seconds / measured[operation.limit].seconds
    if bounds.limit and of_limit > bounds.limit:
        yield f"{operation.name}: {of_limit:.2f} times the limit, more than {bounds.limit:g}"
    of_processor = ours.processor_seconds / max(measured[operation.limit].processor_seconds, 0.001)
    if bounds.processor and of_processor > bounds.processor:
        yield f"{operation.name}: {of_processor:.2f} times the processor time, more than {bounds.processor:g}"
    if bounds.peer and operation.peer:
        faster = measured[operation.peer].seconds / ours.seconds
        if faster < bounds.peer:
            yield (f"{operation.name}: {faster:.1f} times faster than the peer, less than {bounds.peer:g}")
    if bounds.queries and ours.queries > bounds.queries:
        yield f"{operation.name}: {ours.queries} queries, more than {bounds.queries}"
    if bounds.rate and rate(operation, ours) < bounds.rate:
        yield f"{operation.name}: {rate(operation, ours):,.0f} a second, less than {bounds.rate:,.0f}"
    if bounds.memory and ours.memory > bounds.memory:
        yield f"{operation.name}: {ours.memory:.0f} MB, more than {bounds.memory:g}"


def conclude(issue, scale, operations, measured, differences):
    """Print the verdict; returns whether all is well. Bounds count at scale 1 and larger only."""
    broken = [text for operation in operations for text in broken_bounds(operation, measured)]
    for text in broken:
        print(f"bound of issue {issue} fails: {text}")
    if not broken:
        print(f"all bounds of issue {issue} hold")
    if broken and scale < 1:
        print("(bounds are for scale 1: at this scale they are information)")
    wrong = [f"{name}: {text}" for name, texts in differences.items() for text in texts]
    for text in wrong:
        print(f"figures differ: {text}")
    return not wrong and (not broken or scale < 1)
