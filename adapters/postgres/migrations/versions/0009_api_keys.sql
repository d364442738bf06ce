-- Secrets that stand for somebody without a session: of API keys, and of what applications were
-- granted. Global like sessions, and without a tenant's data: who shows one is not known yet.
create table credentials (
    id uuid primary key,
    hash bytea not null unique,
    owner_id uuid not null,
    expires_at timestamptz
);
create index credentials_by_owner on credentials (owner_id);

create table api_keys (
    organization_id uuid not null references organizations,
    id uuid not null,
    name text not null,
    prefix text not null,
    scopes text[] not null,
    event_ids uuid[],
    rate_tier text not null check (rate_tier in ('standard', 'high', 'unlimited')),
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    version integer not null,
    last_used_at timestamptz,
    primary key (organization_id, id)
);
create index api_keys_by_id on api_keys (id);

-- Applications, as organisations registered them.
create table oauth_clients (
    organization_id uuid not null references organizations,
    id uuid not null,
    name text not null,
    redirect_uris text[] not null,
    scopes text[] not null,
    secret_hash bytea,
    created_by uuid not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    version integer not null,
    primary key (organization_id, id)
);
create index oauth_clients_by_id on oauth_clients (id);

-- What people let applications do: theirs, and therefore global, whoever's the application is.
-- A client's token for its own organisation is a grant without a person.
create table oauth_grants (
    id uuid primary key,
    client_id uuid not null,
    client_organization_id uuid not null,
    user_id uuid references users,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    code_hash bytea unique,
    redirect_uri text,
    challenge text,
    exchanged_at timestamptz,
    refresh_hash bytea unique,
    previous_refresh_hash bytea unique,
    ended_at timestamptz,
    version integer not null
);
create index oauth_grants_by_user on oauth_grants (user_id);
create index oauth_grants_by_client on oauth_grants (client_id);

select audit_table('api_keys', 'id', '', 'last_used_at'),
       audit_table('oauth_clients', 'id');
