"""The audit chain, computed again: each block's hash covers its entries and the block before."""


def checked_blocks(where: str = "true") -> str:
    """`checked`, with whether each block `is_intact`: so many entries, the number after the one
    before, and the hash of both. Of those that `where` chooses, the first needs the one before it.
    """
    return f"""
    with chain as (
        select *, lag(number) over w as number_before, lag(hash) over w as hash_before
        from audit_blocks where {where}
        window w as (partition by organization_id order by number)
    ), found as (
        select c.organization_id, c.number, count(e.id) as entries,
               string_agg(audit_digest(e), cast('' as bytea) order by e.position) as body
        from chain c left join event_log e
             on e.organization_id = c.organization_id
            and e.position between c.first_position and c.last_position
        group by c.organization_id, c.number
    ), checked as (
        select c.organization_id, c.number, c.entries, c.hash,
               c.entries = f.entries
               and c.number = coalesce(c.number_before + 1, 1)
               and c.hash = sha256(coalesce(c.hash_before, '') || coalesce(f.body, '')) as is_intact
        from chain c join found f using (organization_id, number)
    )
    """


BROKEN_CHAINS = f"""
    {checked_blocks()}
    select organization_id, number as block from checked where not is_intact
    union all
    select organization_id, null from event_log e where position is not null
    group by organization_id having count(*) <> (
        select coalesce(sum(b.entries), 0) from audit_blocks b
        where b.organization_id = e.organization_id)
    """
"""Blocks whose entries or hash are not what they were; and numbered entries that are in none."""
