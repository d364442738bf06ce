-- Sessions that ended before do not say why. A refresh token of theirs, or of one that lives, is
-- still found by its hash: it has no seal that names its session.
alter table sessions
    add column ended_because text
        check (ended_because in ('logged_out', 'revoked', 'token_reused', 'account_changed'));

-- A person's living sessions, newest first, and whom to end with them.
drop index sessions_by_user;
create index sessions_by_user on sessions (user_id, id);

-- What expired long ago is forgotten: it says where somebody was.
create index sessions_by_end on sessions (expires_at);
