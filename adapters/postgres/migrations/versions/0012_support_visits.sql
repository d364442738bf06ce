-- A session of somebody whom an administrator of the platform visits says who that is.
alter table sessions add column visitor_id uuid references users;

-- Sessions are forgotten, visits are not. They belong to people; the organisations in which those work
-- have the domain events.
create table support_visits (
    id uuid primary key,
    user_id uuid not null references users,
    visitor_id uuid not null references users check (visitor_id <> user_id),
    reason text not null check (length(reason) between 10 and 500),
    organization_ids uuid[] not null,
    started_at timestamptz not null,
    ends_at timestamptz not null check (ends_at <= started_at + interval '15 minutes'),
    ended_at timestamptz,
    version integer not null
);
create index support_visits_open on support_visits (ends_at) where ended_at is null;
