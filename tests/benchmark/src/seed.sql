-- 200 organisations with two members each, 20,000 reports in the order of time, 26,000 persons, 200,000 ticked
-- indicators. Everything follows from numbers, so that every run measures the same rows.
--
-- Run as a superuser, with `benchmark.issuer` set, once the tables are there and the indicator sets are imported.

-- A time-ordered key (UUIDv7): the instant in milliseconds, and bits that follow from the name.
CREATE FUNCTION pg_temp.key(name text, at timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3)
            || '8' || substr(hash, 4, 15))::uuid
    FROM md5(name) AS hash
$$;

CREATE TEMPORARY TABLE place AS
    SELECT position, code
    FROM unnest(ARRAY['zemun', 'palilula', 'vozdovac', 'grocka', 'backa-topola', 'novi-beograd', 'rakovica'])
         WITH ORDINALITY AS municipality (code, position);

CREATE TEMPORARY TABLE tenant AS
    SELECT n, pg_temp.key('organisation ' || n, at) AS id, at
    FROM generate_series(0, 199) AS n, LATERAL (SELECT now() - interval '3 years' + n * interval '1 hour') AS begun (at);

INSERT INTO organisation (id, name, kind, municipality_code, created_at)
    SELECT id, 'Основна школа број ' || n,
           (ARRAY['school', 'centre_for_social_work', 'health_service', 'police', 'non_governmental'])[1 + n % 5],
           place.code, at
    FROM tenant JOIN place ON place.position = 1 + n % 7;

CREATE TEMPORARY TABLE member AS
    SELECT n AS tenant, role, tenant.id AS organisation_id, role || '-' || n || '@partner.example' AS email, at,
           pg_temp.key('account ' || role || n, at) AS account_id, pg_temp.key('membership ' || role || n, at) AS id
    FROM tenant, unnest(ARRAY['reporter', 'coordinator']) AS role;

INSERT INTO account (id, issuer, subject, email, created_at)
    SELECT account_id, current_setting('benchmark.issuer'), role || '-' || tenant, email, at FROM member;

INSERT INTO membership (id, organisation_id, account_id, email, name, function, roles, revision, created_at)
    SELECT id, organisation_id, account_id, email, 'Милица Петровић ' || tenant, 'школски психолог', role, 1, at FROM member;

-- Seen in the future: that a session's use is noted once a minute is not what is measured.
INSERT INTO session (id, token_hash, account_id, membership_id, second_factor, created_at, last_seen_at)
    SELECT pg_temp.key('session ' || tenant, now()), sha256(sha256(convert_to('session ' || tenant, 'UTF8'))), account_id, id, false,
           now(), now() + interval '1 day'
    FROM member WHERE role = 'coordinator';

-- Organisations report in turn, so that the rows of one lie far apart, as they would.
CREATE TEMPORARY TABLE paper AS
    SELECT n, pg_temp.key('report ' || n, begun.at) AS id, organisation_id, author.id AS author_id, begun.at
    FROM generate_series(0, 19999) AS n
    CROSS JOIN LATERAL (SELECT now() - (20000 - n) * interval '50 minutes') AS begun (at)
    JOIN member AS author
      ON author.tenant = n % 200 AND author.role = CASE WHEN n / 200 % 3 = 0 THEN 'coordinator' ELSE 'reporter' END;

INSERT INTO report (id, organisation_id, author_id, reference, channel, state, urgency, reported_urgency, revision, section_revisions,
                    begun_on, created_at, updated_at, submitted_at, reporter_function, reporter_contact, on_behalf_of,
                    may_call_back, danger_now, exploiter_near, observations, observed_from, municipality_code, place,
                    suspected_forms, exploitation_place, actions_taken, person_knows, sealing_key)
    SELECT id, organisation_id, author_id, 'PI-' || lpad(n::text, 8, '0'),
           (ARRAY['portal', 'portal', 'api'])[1 + n % 3],
           (ARRAY['submitted', 'in_triage', 'more_information_needed', 'accepted', 'accepted', 'closed', 'passed_on'])[1 + n % 7],
           n % 3, n % 3, 1 + n % 4, '{}', at::date, at, at, at, 'школски психолог', '011 000-' || n, '', n % 2 = 0,
           (ARRAY['yes', 'no', 'unsure'])[1 + n % 3], (ARRAY['no', 'unsure', 'yes'])[1 + n % 3],
           repeat('Ученица изостаје с наставе, долази уморна и у туђој одећи, а после школе је чека непозната особа. ', 3 + n % 4),
           at::date - 3, place.code, 'Улица број ' || n, '["ForcedLabour"]', 'Пијаца у општини',
           repeat('Обавештен је центар за социјални рад. ', n % 4), (ARRAY['no', 'yes', 'unsure'])[1 + n % 3], ''
    FROM paper JOIN place ON place.position = 1 + n % 7;

-- Three reports in ten are about two persons.
CREATE TEMPORARY TABLE concerned AS
    SELECT n, position, persons, pg_temp.key('person ' || n || ' ' || position, at + position * interval '1 millisecond') AS id,
           paper.id AS report_id, organisation_id, at
    FROM paper
    CROSS JOIN LATERAL (SELECT CASE WHEN n % 10 < 3 THEN 2 ELSE 1 END) AS number (persons)
    CROSS JOIN LATERAL generate_series(0, persons - 1) AS position;

INSERT INTO person (id, organisation_id, report_id, position, pseudonym, age_band, birth_year, child, sex, citizenship,
                    language, communication_need, guardian, guardian_may_be_involved, contact_channel, contact_time,
                    contact_caution, sealing_key)
    SELECT id, organisation_id, report_id, position, 'Особа ' || n,
           (ARRAY['under_12', '12_14', '15_17', '18_24'])[1 + n % 4], CASE WHEN n % 5 = 0 THEN 2008 END,
           (ARRAY['yes', 'unsure', 'no'])[1 + n % 3], (ARRAY['female', 'male', 'unknown'])[1 + n % 3], 'RS', 'sr', '', 'мајка',
           'unsure', 'телефон школе', 'пре подне', 'не звати кући', ''
    FROM concerned;

-- Ten indicators a report, shared by its persons; a person's are of one version of one set.
CREATE TEMPORARY TABLE list AS
    SELECT row_number() OVER (ORDER BY set_version_id) AS position, count(*) OVER () AS lists, size, indicators
    FROM (SELECT set_version_id, count(*) AS size, array_agg(id ORDER BY code) AS indicators
          FROM indicator GROUP BY set_version_id) AS version
    WHERE size >= 10;

INSERT INTO ticked_indicator (id, organisation_id, report_id, person_id, indicator_id, remark)
    SELECT pg_temp.key('tick ' || n || ' ' || concerned.position || ' ' || tick, at + tick * interval '1 millisecond'),
           organisation_id, report_id, concerned.id, indicators[1 + (n + tick) % size],
           CASE WHEN tick % 3 = 0 THEN 'Приметила је наставница.' ELSE '' END
    FROM concerned
    JOIN list ON list.position = 1 + n % lists
    CROSS JOIN LATERAL generate_series(0, 10 / persons - 1) AS tick;
