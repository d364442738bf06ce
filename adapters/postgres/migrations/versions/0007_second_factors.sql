-- All of it belongs to people, and to no organisation.

create table second_factors (
    user_id uuid primary key references users,
    seed bytea,
    enabled_at timestamptz,
    last_step bigint,
    pending_seed bytea,
    pending_until timestamptz,
    recovery_hashes bytea[] not null,
    wrong_at timestamptz[] not null check (cardinality(wrong_at) <= 5),
    wrong_in_a_row integer not null check (wrong_in_a_row >= 0),
    version integer not null,
    check ((seed is null) = (enabled_at is null)),
    check ((seed is null) = (last_step is null)),
    check ((pending_seed is null) = (pending_until is null))
);

create table passkeys (
    id uuid primary key,
    user_id uuid not null references users,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint not null check (sign_count >= 0),
    name text not null,
    transports text[] not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    suspected_at timestamptz,
    version integer not null,
    constraint passkeys_credential_key unique (credential_id)
);
create index passkeys_by_user on passkeys (user_id);

-- Challenges say themselves, under a seal, what they are for; here are those that were answered.
create table spent_challenges (
    id uuid primary key,
    expires_at timestamptz not null
);
create index spent_challenges_by_end on spent_challenges (expires_at);

-- What a sign-in itself moves (codes that counted, seeds sealed anew, wrong tries) is nobody's change.
select audit_table(
           'second_factors', 'user_id', 'recovery_hashes',
           'seed,last_step,pending_seed,pending_until,wrong_at,wrong_in_a_row'
       ),
       audit_table('passkeys', 'id', 'name', 'last_used_at,sign_count');
