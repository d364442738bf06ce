-- Some members work for some events alone; whoever runs the organisation sees all of it.
alter table memberships
    add column event_ids uuid[] check (event_ids is null or cardinality(event_ids) > 0),
    add constraint memberships_limit_check
        check (event_ids is null or role not in ('owner', 'admin'));

alter table organizations
    drop constraint organizations_status_check,
    add constraint organizations_status_check
        check (status in ('active', 'suspended', 'pending', 'closed')),
    add column status_reason text,
    add column contact_email text,
    add column phone text,
    add column website text,
    add column address jsonb,
    add column logo_url text,
    add column primary_color text check (primary_color ~ '^#[0-9a-f]{6}$'),
    add column secondary_color text check (secondary_color ~ '^#[0-9a-f]{6}$'),
    add column ticket_transfers_enabled boolean not null default true,
    add column email_notifications boolean not null default true,
    add column refund_policy text,
    add column privacy_policy_url text,
    add column terms_of_service_url text;

-- Its token is derived from the id and the round, and stored nowhere.
create table invitations (
    organization_id uuid not null references organizations,
    id uuid not null,
    email text not null,
    email_key text not null,
    role text not null check (role in ('owner', 'admin', 'manager', 'support', 'analyst', 'scanner')),
    event_ids uuid[] check (event_ids is null or cardinality(event_ids) > 0),
    invited_by uuid not null references users,
    status text not null check (status in ('invited', 'accepted', 'declined', 'revoked')),
    round smallint not null check (round > 0),
    sent_ats timestamptz[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    closed_at timestamptz,
    accepted_by uuid references users,
    version integer not null,
    primary key (organization_id, id),
    check ((closed_at is null) = (status = 'invited')),
    check ((accepted_by is null) = (status <> 'accepted'))
);
create unique index invitations_open on invitations (organization_id, email_key)
    where status = 'invited';
create index invitations_by_address on invitations (email_key) where status = 'invited';

-- How often an address was written to lately, whoever asked for it; no address in clear.
create table invited_addresses (
    email_hash bytea primary key,
    sent_ats timestamptz[] not null
);

create table payout_accounts (
    organization_id uuid primary key references organizations,
    provider text not null,
    account_id text not null,
    status text not null check (status in ('pending', 'enabled', 'restricted')),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null
);

create table revenue_shares (
    organization_id uuid primary key references organizations,
    shares jsonb not null,
    updated_at timestamptz not null,
    version integer not null
);

-- Whoever proves a domain first has it; until then several may claim it.
create table custom_domains (
    organization_id uuid primary key references organizations,
    domain text not null,
    token text not null,
    created_at timestamptz not null,
    verified_at timestamptz,
    version integer not null
);
create unique index custom_domains_verified on custom_domains (domain)
    where verified_at is not null;

select audit_table('invitations', 'id', 'email,email_key'),
       audit_table('payout_accounts', 'organization_id', 'account_id'),
       audit_table('revenue_shares', 'organization_id'),
       audit_table('custom_domains', 'organization_id');
