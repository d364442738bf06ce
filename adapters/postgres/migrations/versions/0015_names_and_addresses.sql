-- Rows that were kept before a rule was there are mended, for a row that breaks a rule cannot be read.
-- Columns are rewritten as a type, because the owner sees no tenant's rows (0013 did it like that).

-- Signs that are not seen or turn the direction are left out, and of a link what makes it one. Joiners stay
-- where words and emoji need them.
create function pg_temp.name_of(name text) returns text language sql immutable as $$
    select coalesce(nullif(btrim(case when normalize(seen, nfkc) ~* '://|www\.'
        then regexp_replace(normalize(seen, nfkc), '://|www\.', ' ', 'gi') else seen end), ''), '-')
    from (select regexp_replace(
        name,
        '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]'
        '|(?<![\u0590-\U000dffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\u1fff\u2600-\U000dffff])',
        '', 'g') as seen) as s
$$;
alter table users
    alter column first_name type text using pg_temp.name_of(first_name),
    alter column last_name type text using pg_temp.name_of(last_name);
alter table registrations
    alter column first_name type text using pg_temp.name_of(first_name),
    alter column last_name type text using pg_temp.name_of(last_name);
alter table organizations alter column name type text using pg_temp.name_of(name);
alter table passkeys alter column name type text using pg_temp.name_of(name);
alter table api_keys alter column name type text using pg_temp.name_of(name);
alter table venues alter column name type text using pg_temp.name_of(name);
alter table events alter column name type text using pg_temp.name_of(name);
alter table ticket_types alter column name type text using pg_temp.name_of(name);
alter table scanners alter column name type text using pg_temp.name_of(name);

-- Old names of zones become the places they were links to; what depends on the machine becomes UTC.
create function pg_temp.zone_of(zone text) returns text language sql immutable as $$
    select case when zone like '%/%' then zone else coalesce('{
        "CET": "Europe/Brussels", "CST6CDT": "America/Chicago", "Cuba": "America/Havana",
        "EET": "Europe/Athens", "EST": "America/Panama", "EST5EDT": "America/New_York",
        "Egypt": "Africa/Cairo", "Eire": "Europe/Dublin", "GB": "Europe/London",
        "GB-Eire": "Europe/London", "HST": "Pacific/Honolulu", "Hongkong": "Asia/Hong_Kong",
        "Iceland": "Atlantic/Reykjavik", "Iran": "Asia/Tehran", "Israel": "Asia/Jerusalem",
        "Jamaica": "America/Jamaica", "Japan": "Asia/Tokyo", "Kwajalein": "Pacific/Kwajalein",
        "Libya": "Africa/Tripoli", "MET": "Europe/Brussels", "MST": "America/Phoenix",
        "MST7MDT": "America/Denver", "NZ": "Pacific/Auckland", "NZ-CHAT": "Pacific/Chatham",
        "Navajo": "America/Denver", "PRC": "Asia/Shanghai", "PST8PDT": "America/Los_Angeles",
        "Poland": "Europe/Warsaw", "Portugal": "Europe/Lisbon", "ROC": "Asia/Taipei",
        "ROK": "Asia/Seoul", "Singapore": "Asia/Singapore", "Turkey": "Europe/Istanbul",
        "W-SU": "Europe/Moscow", "WET": "Europe/Lisbon"
    }'::jsonb ->> zone, 'UTC') end
$$;
alter table venues alter column timezone type text using pg_temp.zone_of(timezone);
alter table events alter column timezone type text using pg_temp.zone_of(timezone);
alter table user_preferences alter column timezone type text using pg_temp.zone_of(timezone);

-- Keys fold full-width letters and the like, too. Of two accounts that become one address, the one that
-- has the plain spelling keeps it, and the other is found by nobody until support has mended it. Invitations
-- and places in waiting lists keep their old keys: they are over soon.
update users u set email_key = lower(normalize(email_key, nfkc))
where email_key <> lower(normalize(email_key, nfkc))
  and not exists (select from users o where o.id <> u.id
                  and lower(normalize(o.email_key, nfkc)) = lower(normalize(u.email_key, nfkc)));
