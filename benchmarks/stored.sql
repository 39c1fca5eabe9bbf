-- The reports of a year, with the rows that the actions would have written for them.
-- benchmarks/stored.py runs it in a migrated database with reference data: section `histories` first, then all others.
--
-- Realistic: reports come steadily, busy kelurahan have many and quiet ones few, and each unit has its own pace. Most
-- reports are answered and fixed, some too late, one in a hundred never. Deadlines pass at their times. A third of the
-- fixed reports are rated. Each report has its events, entries, photos, and its part in the tallies.
-- Left out: rows that no status change and no board reads (support, notes, hand-overs, reversals, closed periods).
-- The events of a report are adjacent in the log, in their order; in reality they are mixed with other reports.

-- == histories ==
SELECT setseed(0.2026);

CREATE FUNCTION made.jakarta_day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS
$$ SELECT (at AT TIME ZONE 'Asia/Jakarta')::date $$;

-- Whole minutes, rounded to two significant digits: `rules.scoring.counters.minutes`.
CREATE FUNCTION made.two_digits(whole int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN whole < 100 THEN whole WHEN whole < 1000 THEN (whole + 5) / 10 * 10
WHEN whole < 10000 THEN (whole + 50) / 100 * 100 ELSE (whole + 500) / 1000 * 1000 END $$;

-- People: three officers in each kelurahan, eight in each agency of the city, and one citizen per eight reports.
CREATE UNLOGGED TABLE made.staff AS
SELECT row_number() OVER (ORDER BY unit, seat) AS account_id, unit, seat
FROM (
    SELECT code AS unit, seat FROM kelurahan, generate_series(1, 3) seat
    UNION ALL
    SELECT code, seat FROM agency, generate_series(1, 8) seat WHERE kind = 'CITY'
) seats;
ANALYZE made.staff;

INSERT INTO account (id, public_id, email, password_hash, pseudonym, pseudonym_key, created_at, on_citizen_board)
SELECT id, left(md5('account ' || id), 22), 'orang' || id || '@contoh.id', '', 'Orang ' || id, 'orang ' || id,
    parameter.noon - interval '366 days', id % 10 = 0
FROM made.parameter, generate_series(1, (SELECT count(*) FROM made.staff) + parameter.reports / 8 + 1) id;

INSERT INTO membership (account_id, role, unit) SELECT account_id, 'OFFICER', unit FROM made.staff;

-- The history of each report. Random numbers are drawn once, in `drawn`; all else follows from them.
CREATE UNLOGGED TABLE made.subject AS
SELECT *, row_number() OVER (PARTITION BY handler ORDER BY code)::int AS number FROM category;
ANALYZE made.subject;

CREATE UNLOGGED TABLE made.place AS
SELECT *, row_number() OVER (ORDER BY md5(code))::int AS number FROM kelurahan;
ANALYZE made.place;

CREATE UNLOGGED TABLE made.draft AS
WITH drawn AS MATERIALIZED (
    SELECT id, noon, noon - interval '365 days' * ((parameter.reports - id + random()) / parameter.reports) AS submitted_at,
        1 + floor(267 * power(random(), 1.5))::int AS place,
        CASE WHEN random() < 0.7 THEN 'KELURAHAN' ELSE 'AGENCY' END AS first_handler,
        random() AS subject, random() AS chair, random() AS reporter, random() AS fate,
        -ln(1 - random()) AS answer, -ln(1 - random()) AS fix, random() AS stars,
        random() * interval '2 days' AS thought, random() < 0.3 AS anonymous,
        random() * 0.004 AS north, random() * 0.004 AS east
    FROM made.parameter, generate_series(1, parameter.reports) id
), chosen AS (
    SELECT drawn.*, 1 + floor(subject * CASE first_handler
        WHEN 'KELURAHAN' THEN (SELECT count(*) FROM category WHERE handler = 'KELURAHAN')
        ELSE (SELECT count(*) FROM category WHERE handler = 'AGENCY') END)::int AS subject_number
    FROM drawn
), aimed AS (
    SELECT chosen.*, place.code AS kelurahan, subject.code AS category, subject.weight,
        place.latitude + north AS latitude, place.longitude + east AS longitude,
        CASE WHEN first_handler = 'KELURAHAN' THEN place.code ELSE subject.agency END AS handler,
        first_handler = 'AGENCY' AND agency.kind = 'EXTERNAL' AS external,
        response_target_minutes * interval '1 minute' AS response_target,
        processing_target_minutes * interval '1 minute' AS processing_target,
        0.3 + (hashtext(CASE WHEN first_handler = 'KELURAHAN' THEN place.code ELSE agency.code END) & 1023) / 2000.0
            AS pace
    FROM chosen
    JOIN made.place ON place.number = chosen.place
    JOIN made.subject ON subject.handler = first_handler AND subject.number = subject_number
    LEFT JOIN agency ON agency.code = subject.agency
), acted AS (
    SELECT aimed.*, submitted_at + least(response_target * answer * pace, processing_target * 0.9) AS answers_at,
        fate >= 0.01 AND NOT external AS is_done
    FROM aimed
), dated AS (
    SELECT acted.*, submitted_at + response_target AS response_due_at,
        submitted_at + processing_target AS processing_due_at,
        CASE WHEN is_done AND answers_at <= noon THEN answers_at END AS responded_at,
        CASE WHEN is_done AND answers_at + processing_target * fix * pace <= noon
            THEN answers_at + processing_target * fix * pace END AS processed_at
    FROM acted
), known AS (
    SELECT dated.*, NOT external AND response_due_at < coalesce(responded_at, noon) AS response_overdue,
        NOT external AND processing_due_at < coalesce(processed_at, noon) AS processing_overdue,
        CASE WHEN processed_at + thought <= noon AND stars < 0.33 THEN processed_at + thought END AS rated_at,
        CASE WHEN processed_at + thought <= noon AND stars < 0.33 THEN 5 - floor(power(stars / 0.33, 2) * 5)::int
        END AS rating
    FROM dated
)
SELECT known.id, submitted_at, kelurahan, category, weight, latitude, longitude, handler, external, anonymous,
    (SELECT count(*) FROM made.staff) + 1 + floor(reporter * parameter.reports / 8)::bigint AS reporter_id,
    staff.account_id AS officer, response_target, processing_target, response_due_at, processing_due_at,
    responded_at, processed_at, response_overdue, processing_overdue, rated_at, rating,
    floor(extract(epoch FROM processed_at - submitted_at))::bigint AS held,
    made.jakarta_day(submitted_at) AS submitted_day,
    made.jakarta_day(responded_at) AS responded_day,
    made.jakarta_day(processed_at) AS processed_day,
    CASE WHEN response_overdue THEN made.jakarta_day(response_due_at) END AS response_overdue_day,
    CASE WHEN processing_overdue THEN made.jakarta_day(processing_due_at) END AS processing_overdue_day,
    made.jakarta_day(rated_at) AS rated_day,
    made.two_digits(floor(extract(epoch FROM responded_at - submitted_at) / 60)::int) AS response_minutes,
    made.two_digits(floor(extract(epoch FROM processed_at - submitted_at) / 60)::int) AS processing_minutes,
    (rated_at IS NOT NULL AND rating <> 3)::int AS judged,
    -- Each act of the unit writes an event, its entry, and the entry of the reporter unless they are anonymous.
    2 + (NOT anonymous)::int AS act
FROM made.parameter, known
LEFT JOIN made.staff ON staff.unit = known.handler
    AND staff.seat = 1 + floor(known.chair * CASE WHEN first_handler = 'KELURAHAN' THEN 3 ELSE 8 END)::int
ORDER BY known.id;

-- The first position of each act in the log. An act that did not happen takes no position.
CREATE UNLOGGED TABLE made.history AS
WITH counted AS (
    SELECT draft.*,
        1 + 2 * response_overdue::int AS answer,
        1 + 2 * response_overdue::int + act * (responded_at IS NOT NULL)::int AS lapse,
        1 + 2 * (response_overdue::int + processing_overdue::int) + act * (responded_at IS NOT NULL)::int AS fix,
        1 + 2 * (response_overdue::int + processing_overdue::int)
            + act * ((responded_at IS NOT NULL)::int + (processed_at IS NOT NULL)::int) AS rate
    FROM made.draft
)
SELECT counted.*, head.position
    + sum(rate + (rated_at IS NOT NULL)::int + judged) OVER (ORDER BY counted.id)
    - rate - (rated_at IS NOT NULL)::int - judged + 1 AS first
FROM counted, log_head head;
ANALYZE made.history;

-- The entries of units and citizens: their points, and the ratio that each decides for the unit and for the officer.
CREATE VIEW made.entry_made AS
SELECT history.id AS report_id, first + entry.place AS position, entry.*
FROM made.history
CROSS JOIN LATERAL (
    SELECT 2 AS place, handler AS unit, NULL::bigint AS account_id, 'RESPONSE_OVERDUE' AS rule, -3 * weight AS points,
        response_due_at AS at, response_overdue_day AS day, 1 AS responses, 0 AS answered_on_time, 0 AS processings,
        0 AS fixed_on_time
    WHERE response_overdue
    UNION ALL
    SELECT answer + 1, handler, officer,
        CASE WHEN response_overdue THEN 'RESPONDED_LATE'
            WHEN responded_at - submitted_at <= response_target / 4 THEN 'RESPONDED_PROMPTLY' ELSE 'RESPONDED' END,
        weight * CASE WHEN response_overdue THEN 1
            WHEN responded_at - submitted_at <= response_target / 4 THEN 6 ELSE 4 END,
        responded_at, responded_day, 1, (NOT response_overdue)::int, 0, 0
    WHERE responded_at IS NOT NULL
    UNION ALL
    SELECT answer + 2, 'CITIZEN', reporter_id, 'CITIZEN_ANSWERED', 1, responded_at, responded_day, 0, 0, 0, 0
    WHERE responded_at IS NOT NULL AND NOT anonymous
    UNION ALL
    SELECT lapse + 1, handler, NULL, 'PROCESSING_OVERDUE', -8 * weight, processing_due_at, processing_overdue_day,
        0, 0, 1, 0
    WHERE processing_overdue
    UNION ALL
    SELECT fix + 1, handler, officer,
        CASE WHEN processing_overdue THEN 'PROCESSED_LATE'
            WHEN processed_at - submitted_at <= processing_target / 2 THEN 'PROCESSED_PROMPTLY' ELSE 'PROCESSED' END,
        weight * CASE WHEN processing_overdue THEN 2
            WHEN processed_at - submitted_at <= processing_target / 2 THEN 10 ELSE 8 END,
        processed_at, processed_day, 0, 0, 1, (NOT processing_overdue)::int
    WHERE processed_at IS NOT NULL
    UNION ALL
    SELECT fix + 2, 'CITIZEN', reporter_id, 'CITIZEN_FIXED', 3, processed_at, processed_day, 0, 0, 0, 0
    WHERE processed_at IS NOT NULL AND NOT anonymous
    UNION ALL
    SELECT rate + 1, handler, officer, CASE WHEN rating > 3 THEN 'RATED_WELL' ELSE 'RATED_POORLY' END,
        weight * CASE WHEN rating > 3 THEN 2 ELSE -4 END, rated_at, rated_day, 0, 0, 0, 0
    WHERE judged = 1
) entry;

INSERT INTO report_day (day, given) SELECT submitted_day, count(*) FROM made.history GROUP BY 1;

UPDATE log_head SET position = (
    SELECT max(first + rate + (rated_at IS NOT NULL)::int + judged - 1) FROM made.history
), open_from = (SELECT made.jakarta_day(noon)::timestamp AT TIME ZONE 'Asia/Jakarta' FROM made.parameter);

SELECT setval('report_id_seq', (SELECT reports FROM made.parameter)), setval('account_id_seq', (SELECT max(id) FROM account));

-- == reports ==
INSERT INTO report (id, number, version, position, title, description, address, category, weight, latitude, longitude,
    kelurahan, handler, external, status, resolution, reporter_id, anonymous, submitted_at, responded_at, processed_at,
    response_due_at, processing_due_at, opening, citizen_reopenings, held_before, handler_due_at, next_due_at,
    response_overdue, processing_overdue, rating, support_count)
SELECT id, 'JK' || to_char(submitted_day, 'YYMMDD')
        || lpad(of_day::text, greatest(4, length(of_day::text)), '0'),
    1 + response_overdue::int + (responded_at IS NOT NULL)::int + processing_overdue::int
        + (processed_at IS NOT NULL)::int + (rated_at IS NOT NULL)::int,
    first + CASE WHEN rated_at IS NOT NULL THEN rate WHEN processed_at IS NOT NULL THEN fix
        WHEN processing_overdue THEN lapse WHEN responded_at IS NOT NULL THEN answer
        WHEN response_overdue THEN 1 ELSE 0 END,
    'Laporan ' || id, 'Sudah beberapa hari begini, mohon segera ditindaklanjuti sebelum bertambah parah. ' || md5(id::text),
    CASE WHEN id % 3 > 0 THEN 'Jalan Contoh Raya nomor ' || id % 200 END, category, weight, latitude, longitude,
    kelurahan, handler, external,
    CASE WHEN processed_at IS NOT NULL THEN 'PROCESSED' WHEN responded_at IS NOT NULL THEN 'IN_PROGRESS'
        ELSE 'WAITING' END,
    CASE WHEN processed_at IS NOT NULL THEN 'FIXED' END, reporter_id, anonymous, submitted_at, responded_at,
    processed_at, response_due_at, processing_due_at, 0, 0, 0, processing_due_at,
    CASE WHEN external OR processed_at IS NOT NULL THEN NULL
        WHEN responded_at IS NULL AND NOT response_overdue THEN response_due_at
        WHEN NOT processing_overdue THEN processing_due_at END,
    response_overdue, processing_overdue, rating, 0
FROM (SELECT *, row_number() OVER (PARTITION BY submitted_day ORDER BY id) AS of_day FROM made.history) numbered;

-- A picture with every other report, and a proof of each fix.
INSERT INTO photo (id, owner_id, digest, width, height, uploaded_at, report_id, role, place)
SELECT md5('picture ' || id) || '.jpg', reporter_id, encode(sha256(('picture ' || id)::bytea), 'hex'), 1600, 1200,
    submitted_at, id, 'CITIZEN', 0
FROM made.history WHERE id % 2 = 0
UNION ALL
SELECT md5('proof ' || id) || '.jpg', officer, encode(sha256(('proof ' || id)::bytea), 'hex'), 1600, 1200,
    processed_at, id, 'PROOF', 0
FROM made.history WHERE processed_at IS NOT NULL;

-- == events ==
INSERT INTO log_event (position, topic, kind, at, report_id, version, account_id, actor, data)
SELECT first + step.place, 'report', step.kind, step.at, id, step.version, step.account_id, step.actor,
    jsonb_build_object('before', step.before, 'after', base.snapshot || step.snapshot, 'counts', step.counts) || step.facts
FROM made.history
CROSS JOIN LATERAL (
    SELECT jsonb_build_object('category', category, 'kelurahan', kelurahan, 'handler', handler, 'external', external,
        'latitude', latitude, 'longitude', longitude, 'reporter_id', reporter_id, 'duplicate_of_id', NULL,
        'submitted_at', submitted_at, 'response_due_at', response_due_at, 'processing_due_at', processing_due_at,
        'status', 'WAITING', 'resolution', NULL, 'responded_at', NULL, 'processed_at', NULL,
        'response_overdue', false, 'processing_overdue', false) AS snapshot,
    jsonb_build_object('response_overdue', response_overdue, 'status', 'IN_PROGRESS', 'responded_at', responded_at)
        AS answered,
    jsonb_build_object('status', 'PROCESSED', 'resolution', 'FIXED', 'processed_at', processed_at,
        'response_overdue', response_overdue, 'responded_at', responded_at, 'processing_overdue', processing_overdue)
        AS fixed
    OFFSET 0
) base
CROSS JOIN LATERAL (
    SELECT 0 AS place, 'SUBMITTED' AS kind, submitted_at AS at, 1 AS version, reporter_id AS account_id,
        'CITIZEN' AS actor, NULL::jsonb AS before, '{}'::jsonb AS snapshot, '{}'::jsonb AS facts,
        jsonb_build_array(jsonb_build_object('unit', handler, 'day', submitted_day, 'received', 1, 'open', 1)) AS counts
    UNION ALL
    SELECT 1, 'RESPONSE_OVERDUE', response_due_at, 2, NULL, handler,
        '{"response_overdue": false}', '{"response_overdue": true}', '{}',
        jsonb_build_array(jsonb_build_object('unit', handler, 'day', response_overdue_day, 'overdue', 1))
    WHERE response_overdue
    UNION ALL
    SELECT answer, 'STATUS_CHANGED', responded_at, 2 + response_overdue::int, officer, handler,
        '{"status": "WAITING", "responded_at": null}', base.answered, '{}',
        jsonb_build_array(
            jsonb_build_object('unit', handler, 'day', responded_day, 'responded', 1,
                'answered', jsonb_build_array(response_minutes))
                || CASE WHEN response_overdue THEN '{"overdue": -1}'::jsonb ELSE '{}' END,
            jsonb_build_object('unit', handler, 'day', responded_day, 'responded', 1, 'officer', officer,
                'answered', jsonb_build_array(response_minutes)))
    WHERE responded_at IS NOT NULL
    UNION ALL
    SELECT lapse, 'PROCESSING_OVERDUE', processing_due_at,
        2 + response_overdue::int + (responded_at IS NOT NULL)::int, NULL, handler, '{"processing_overdue": false}',
        CASE WHEN responded_at IS NULL THEN '{"response_overdue": true, "processing_overdue": true}'::jsonb
            ELSE base.answered || '{"processing_overdue": true}' END, '{}',
        CASE WHEN responded_at IS NULL THEN '[]'::jsonb ELSE
            jsonb_build_array(jsonb_build_object('unit', handler, 'day', processing_overdue_day, 'overdue', 1)) END
    WHERE processing_overdue
    UNION ALL
    SELECT fix, 'STATUS_CHANGED', processed_at, 3 + response_overdue::int + processing_overdue::int, officer, handler,
        '{"status": "IN_PROGRESS", "resolution": null, "processed_at": null}', base.fixed,
        jsonb_build_object('held', held),
        jsonb_build_array(
            jsonb_build_object('unit', handler, 'day', processed_day, 'processed', 1, 'open', -1,
                'fixed', jsonb_build_array(processing_minutes))
                || CASE WHEN processing_overdue THEN '{"overdue": -1}'::jsonb ELSE '{}' END,
            jsonb_build_object('unit', handler, 'day', processed_day, 'processed', 1, 'officer', officer,
                'fixed', jsonb_build_array(processing_minutes)))
    WHERE processed_at IS NOT NULL
    UNION ALL
    SELECT rate, 'RATED', rated_at, 4 + response_overdue::int + processing_overdue::int, reporter_id, 'CITIZEN',
        '{}', base.fixed, jsonb_build_object('stars', rating, 'closed_by', officer),
        jsonb_build_array(
            jsonb_build_object('unit', handler, 'day', rated_day, 'ratings', 1, 'stars', rating),
            jsonb_build_object('unit', handler, 'day', rated_day, 'ratings', 1, 'stars', rating, 'officer', officer))
    WHERE rated_at IS NOT NULL
) step;

-- == entries ==
INSERT INTO point_entry (position, unit, account_id, report_id, rule, rule_version, points, at, day)
SELECT position, unit, account_id, report_id, rule, parameter.rules, points, at, day FROM made.parameter, made.entry_made;

-- A late answer decides for the officer; for the unit, the missed deadline has decided already.
INSERT INTO log_event (position, topic, kind, at, report_id, account_id, data)
SELECT position, 'ledger', 'ENTRY_MADE', at, report_id, account_id,
    jsonb_build_object('unit', unit, 'day', day, 'points', points, 'rule', rule, 'counts',
        CASE WHEN unit = 'CITIZEN' THEN '[]'::jsonb
        WHEN rule IN ('RESPONSE_OVERDUE', 'RESPONDED_PROMPTLY', 'RESPONDED', 'RESPONDED_LATE') THEN
            jsonb_build_array(jsonb_build_object('unit', unit, 'day', day, 'points', points, 'entries', 1)
                || CASE rule WHEN 'RESPONSE_OVERDUE' THEN '{"responses_decided": 1}'::jsonb
                    WHEN 'RESPONDED_LATE' THEN '{}' ELSE '{"responses_decided": 1, "responses_on_time": 1}' END)
            || CASE WHEN account_id IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(
                jsonb_build_object('unit', unit, 'officer', account_id, 'day', day, 'points', points, 'entries', 1,
                    'responses_decided', 1)
                || CASE WHEN answered_on_time = 1 THEN '{"responses_on_time": 1}'::jsonb ELSE '{}' END) END
        WHEN processings = 1 THEN
            jsonb_build_array(jsonb_build_object('unit', unit, 'day', day, 'points', points, 'entries', 1)
                || CASE rule WHEN 'PROCESSING_OVERDUE' THEN '{"processings_decided": 1}'::jsonb
                    WHEN 'PROCESSED_LATE' THEN '{}' ELSE '{"processings_decided": 1, "processings_on_time": 1}' END)
            || CASE WHEN account_id IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(
                jsonb_build_object('unit', unit, 'officer', account_id, 'day', day, 'points', points, 'entries', 1,
                    'processings_decided', 1)
                || CASE WHEN fixed_on_time = 1 THEN '{"processings_on_time": 1}'::jsonb ELSE '{}' END) END
        ELSE jsonb_build_array(
            jsonb_build_object('unit', unit, 'day', day, 'points', points, 'entries', 1),
            jsonb_build_object('unit', unit, 'officer', account_id, 'day', day, 'points', points, 'entries', 1))
        END)
FROM made.entry_made;

-- == tallies ==
-- The contributions of the reports by day, then by all periods.
CREATE UNLOGGED TABLE made.counted (
    day date, officer bigint, unit text, points bigint DEFAULT 0, entries bigint DEFAULT 0, received bigint DEFAULT 0,
    responded bigint DEFAULT 0, processed bigint DEFAULT 0, open bigint DEFAULT 0, overdue bigint DEFAULT 0,
    responses_decided bigint DEFAULT 0, responses_on_time bigint DEFAULT 0, processings_decided bigint DEFAULT 0,
    processings_on_time bigint DEFAULT 0, ratings bigint DEFAULT 0, stars bigint DEFAULT 0
);

INSERT INTO made.counted (day, officer, unit, received, open)
SELECT submitted_day, 0, handler, count(*), count(*) FROM made.history GROUP BY 1, 3;

INSERT INTO made.counted (day, officer, unit, responded, overdue)
SELECT responded_day, doer, handler, count(*), -sum(CASE WHEN doer = 0 AND response_overdue THEN 1 ELSE 0 END)
FROM made.history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE responded_at IS NOT NULL GROUP BY 1, 2, 3;

INSERT INTO made.counted (day, officer, unit, processed, open, overdue)
SELECT processed_day, doer, handler, count(*), -sum((doer = 0)::int),
    -sum(CASE WHEN doer = 0 AND processing_overdue THEN 1 ELSE 0 END)
FROM made.history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE processed_at IS NOT NULL GROUP BY 1, 2, 3;

INSERT INTO made.counted (day, officer, unit, overdue)
SELECT response_overdue_day, 0, handler, count(*) FROM made.history WHERE response_overdue GROUP BY 1, 3
UNION ALL
SELECT processing_overdue_day, 0, handler, count(*) FROM made.history
WHERE processing_overdue AND responded_at IS NOT NULL GROUP BY 1, 3;

INSERT INTO made.counted (day, officer, unit, ratings, stars)
SELECT rated_day, doer, handler, count(*), sum(rating)
FROM made.history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE rated_at IS NOT NULL GROUP BY 1, 2, 3;

INSERT INTO made.counted (day, officer, unit, points, entries, responses_decided, responses_on_time, processings_decided,
    processings_on_time)
SELECT day, 0, unit, sum(points), count(*), sum((rule <> 'RESPONDED_LATE')::int * responses), sum(answered_on_time),
    sum((rule <> 'PROCESSED_LATE')::int * processings), sum(fixed_on_time)
FROM made.entry_made WHERE unit <> 'CITIZEN' GROUP BY 1, 3
UNION ALL
SELECT day, account_id, unit, sum(points), count(*), sum(responses), sum(answered_on_time), sum(processings),
    sum(fixed_on_time)
FROM made.entry_made WHERE unit <> 'CITIZEN' AND account_id IS NOT NULL GROUP BY 1, 2, 3;

CREATE UNLOGGED TABLE made.spread AS
SELECT 'DAY' AS period, day AS first_day, officer, unit, is_answer, minutes, count(*) AS times
FROM (
    SELECT responded_day AS day, doer AS officer, handler AS unit, true AS is_answer, response_minutes AS minutes
    FROM made.history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE responded_at IS NOT NULL
    UNION ALL
    SELECT processed_day, doer, handler, false, processing_minutes
    FROM made.history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE processed_at IS NOT NULL
) each
GROUP BY 2, 3, 4, 5, 6;
ANALYZE made.spread;

INSERT INTO made.spread
SELECT 'WEEK', date_trunc('week', first_day::timestamp)::date, officer, unit, is_answer, minutes, sum(times)
FROM made.spread GROUP BY 2, 3, 4, 5, 6
UNION ALL
SELECT 'MONTH', date_trunc('month', first_day::timestamp)::date, officer, unit, is_answer, minutes, sum(times)
FROM made.spread GROUP BY 2, 3, 4, 5, 6;

INSERT INTO made.spread
SELECT 'YEAR', date_trunc('year', first_day::timestamp)::date, officer, unit, is_answer, minutes, sum(times)
FROM made.spread WHERE period = 'MONTH' GROUP BY 2, 3, 4, 5, 6;

INSERT INTO made.spread
SELECT 'ALL_TIME', '1970-01-01', officer, unit, is_answer, minutes, sum(times)
FROM made.spread WHERE period = 'YEAR' GROUP BY 3, 4, 5, 6;
ANALYZE made.spread;

CREATE UNLOGGED TABLE made.histogram AS
SELECT period, first_day, officer, unit,
    '[[' || string_agg(minutes::text, ',' ORDER BY minutes) FILTER (WHERE is_answer) || '],['
        || string_agg(times::text, ',' ORDER BY minutes) FILTER (WHERE is_answer) || ']]' AS answers,
    '[[' || string_agg(minutes::text, ',' ORDER BY minutes) FILTER (WHERE NOT is_answer) || '],['
        || string_agg(times::text, ',' ORDER BY minutes) FILTER (WHERE NOT is_answer) || ']]' AS fixes
FROM made.spread GROUP BY 1, 2, 3, 4;
ANALYZE made.histogram;
ANALYZE made.counted;

INSERT INTO tally (period, first_day, officer, unit, points, entries, received, responded, processed, reopened, open,
    overdue, responses_decided, responses_on_time, processings_decided, processings_on_time, ratings, stars,
    response_minutes, processing_minutes)
SELECT sums.*, coalesce(histogram.answers, '[[],[]]'), coalesce(histogram.fixes, '[[],[]]')
FROM (
    SELECT period, CASE period WHEN 'ALL_TIME' THEN date '1970-01-01'
        ELSE date_trunc(period, day::timestamp)::date END AS first_day, officer, unit, sum(points), sum(entries), sum(received),
        sum(responded), sum(processed), 0, sum(open), sum(overdue), sum(responses_decided), sum(responses_on_time),
        sum(processings_decided), sum(processings_on_time), sum(ratings), sum(stars)
    FROM made.counted, unnest(ARRAY['DAY', 'WEEK', 'MONTH', 'YEAR', 'ALL_TIME']) period
    GROUP BY 1, 2, 3, 4
) sums
LEFT JOIN made.histogram USING (period, first_day, officer, unit);
