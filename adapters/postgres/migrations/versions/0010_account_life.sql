-- Everything here belongs to a person or to nobody, never to an organisation.
alter table users
    add column avatar_url text,
    add column closed_at timestamptz;
drop trigger audited on users;
select audit_table('users', 'id', 'email,email_key,first_name,last_name,phone,avatar_url', 'last_login_at');
create index users_platform_admins on users (id) where is_platform_admin;

-- What a mail lets its reader do once. The secret is derived from the id and kept nowhere.
create table account_links (
    id uuid primary key,
    user_id uuid not null references users,
    purpose text not null check (purpose in ('verify_email', 'reset_password', 'change_email')),
    email text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    version integer not null,
    check (expires_at > created_at)
);
create index account_links_by_user on account_links (user_id);
create index account_links_by_end on account_links (expires_at);

-- Accounts that were asked for and are not proven yet; only where registration is verified first.
create table registrations (
    id uuid primary key,
    email text not null,
    email_key text not null,
    password_hash text not null,
    first_name text not null,
    last_name text not null,
    phone text,
    created_at timestamptz not null
);
create index registrations_by_email on registrations (email_key);
create index registrations_by_age on registrations (created_at);

create table user_preferences (
    user_id uuid primary key references users,
    locale text not null,
    timezone text not null,
    marketing_emails boolean not null,
    organizer_emails boolean not null,
    reminder_emails boolean not null,
    waiting_list_emails boolean not null
);

-- Tries that count although what they were part of failed. `subject` is a hash of whom they were
-- against; a row is of no use after `keep_until`.
create table attempts (
    kind text not null,
    subject bytea not null,
    tried_at timestamptz[] not null,
    keep_until timestamptz not null,
    primary key (kind, subject)
);
create index attempts_by_end on attempts (keep_until);

-- From where somebody signed in before: strangers cannot use up the tries of these.
create table familiar_networks (
    user_id uuid not null references users,
    network text not null,
    seen_at timestamptz not null,
    primary key (user_id, network)
);
create index familiar_networks_by_age on familiar_networks (seen_at);
