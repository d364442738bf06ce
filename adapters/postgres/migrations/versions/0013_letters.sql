-- Letters of every kind are counted in `attempts`.
drop table invited_addresses;

-- Only when it was sent last is asked any more. Rewritten as a type, for the owner sees no tenant's rows.
alter table invitations
    alter column sent_ats type timestamptz using sent_ats[cardinality(sent_ats)];
alter table invitations rename column sent_ats to sent_at;
