-- Signing in with a provider. Both tables belong to people, not to organisations.

create table login_flows (
    state_hash bytea primary key,
    token_hash bytea not null,
    provider text not null,
    redirect_uri text not null,
    user_id uuid references users,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    taken_at timestamptz,
    version integer not null
);
create index login_flows_by_expiry on login_flows (expires_at);

create table linked_identities (
    id uuid primary key,
    user_id uuid not null references users,
    provider text not null,
    issuer text not null,
    subject text not null,
    email text,
    linked_at timestamptz not null,
    constraint linked_identities_subject_key unique (issuer, subject)
);
create index linked_identities_by_user on linked_identities (user_id, id);

select audit_table('linked_identities', 'id', 'subject,email');
