-- Whoever signs in with another provider or a passkey alone has no password.
alter table users
    alter column password_hash drop not null,
    add column email_verified_at timestamptz;
