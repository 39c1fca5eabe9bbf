-- The reports of a year, with the rows that the actions would have written for them.
-- simulation/fill.py runs the sections, in the schema `filling`, whose tables `account`, `report` and so on become the
-- tables of the service at the end. It defines `worth` and the calendar, and fills the tables from `city` to `closing`.
--
-- Lifelike: most reports come from busy places, at busy hours. Each office has its diligence, and ignores or abandons
-- some reports. Deadlines pass at their times. Citizens support and rate. Each report has its events, entries, photos
-- and its part in the tallies, and each day, week, month and year is closed.
-- Left out: hand-overs, reopenings, withdrawals, other resolutions than FIXED, notes.
--
-- Nothing here calls random(): a draw is a hash of the seed, the report and the purpose, so the plan of a statement does
-- not matter. JSON is put together as text and parsed once: jsonb_build_object takes twice as long.

-- == functions ==
-- A number from 0 to less than 1. `stream` is the seed with the purpose of the draw.
CREATE FUNCTION share(stream bigint, id bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(id, stream) & 9007199254740991) / 9007199254740992::float8 $$;

-- A factor from a log-normal distribution with the median 1: `simulation.skew.about`.
CREATE FUNCTION about(stream bigint, id bigint, spread float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT exp(spread * sqrt(-2 * ln(1 - share(stream, id))) * cos(2 * pi() * share(stream + 1, id))) $$;

CREATE FUNCTION jakarta_day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS
$$ SELECT (at AT TIME ZONE 'Asia/Jakarta')::date $$;

-- Service time as in `rules.service_time`, in microseconds. The clock of a target of a category with the hours.
CREATE FUNCTION reading(at timestamptz, hours text, target bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE
PARALLEL SAFE AS $$
DECLARE
    elapsed bigint := since_first_day(at);
    day int := elapsed / 86400000000;
    worked bigint := working_days_before(day);
BEGIN
    IF hours = 'ALWAYS' THEN RETURN elapsed; END IF;
    elapsed := CASE WHEN working_days_before(day + 1) > worked THEN elapsed % 86400000000 ELSE 0 END;
    IF target >= 86400000000 THEN RETURN worked * 86400000000 + elapsed; END IF;
    RETURN worked * 43200000000 + least(greatest(elapsed - 25200000000, 0), 43200000000);
END $$;

-- The last moment at which no more than `duration` has passed; null when the calendar does not reach it.
CREATE FUNCTION service_end(start timestamptz, duration bigint, hours text, target bigint) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    until bigint := reading(start, hours, target) + duration;
    lasts bigint := CASE WHEN target >= 86400000000 THEN 86400000000 ELSE 43200000000 END;
BEGIN
    IF hours = 'ALWAYS' THEN RETURN start + duration * interval '1 microsecond'; END IF;
    RETURN start + (working_day((until / lasts)::int) * 86400000000 + (86400000000 - lasts) * 7 / 12 + until % lasts
        - since_first_day(start)) * interval '1 microsecond';
END $$;

-- Whole minutes, rounded to two significant digits: `rules.scoring.counters.minutes`.
CREATE FUNCTION two_digits(whole int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN whole < 100 THEN whole WHEN whole < 1000 THEN (whole + 5) / 10 * 10
WHEN whole < 10000 THEN (whole + 50) / 100 * 100 WHEN whole < 100000 THEN (whole + 500) / 1000 * 1000
ELSE (whole + 5000) / 10000 * 10000 END $$;

-- A moment as JSON, null when it is null or later than `at`.
CREATE FUNCTION known(moment timestamptz, at timestamptz) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN moment <= at THEN to_json(moment)::text ELSE 'null' END $$;

-- What an entry decides, as JSON. A late answer or fix decides for the officer; for the unit the missed deadline has.
CREATE FUNCTION decided(rule text, of_officer boolean) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN rule IN ('RESPONDED_PROMPTLY', 'RESPONDED') THEN ',"responses_decided":1,"responses_on_time":1'
WHEN rule = 'RESPONSE_OVERDUE' OR (rule = 'RESPONDED_LATE' AND of_officer) THEN ',"responses_decided":1'
WHEN rule IN ('PROCESSED_PROMPTLY', 'PROCESSED') THEN ',"processings_decided":1,"processings_on_time":1'
WHEN rule = 'PROCESSING_OVERDUE' OR (rule = 'PROCESSED_LATE' AND of_officer) THEN ',"processings_decided":1'
ELSE '' END $$;

-- == tables ==
CREATE UNLOGGED TABLE city (
    reports bigint, stream bigint, begins_at timestamptz, until timestamptz, head bigint, first_citizen bigint,
    citizens bigint, spots int, subjects int, shy float8, anonymously float8, on_board float8, with_photo float8,
    rated float8, descriptions text[], picture_width int, picture_height int, rule_version int, reports_a_day int,
    place_metres int
);
CREATE UNLOGGED TABLE hour (first bigint, last bigint, starts_at timestamptz, lasts interval);
CREATE UNLOGGED TABLE spot (number int, kelurahan text, latitude float8, longitude float8);
CREATE UNLOGGED TABLE subject (number int, category text);
CREATE UNLOGGED TABLE unit (
    code text, answers float8, fixes float8, ignores float8, abandons float8, stars int[], officers bigint[]
);
CREATE UNLOGGED TABLE closing (at timestamptz, place int, period text, first_day date, last_day date);
CREATE UNLOGGED TABLE history (
    id bigint NOT NULL, submitted_at timestamptz, kelurahan text, category text, weight int, latitude float8,
    longitude float8, handler text, external boolean, anonymous boolean, reporter_id bigint, officer bigint,
    response_due_at timestamptz, processing_due_at timestamptz, responded_at timestamptz, processed_at timestamptz,
    response_overdue boolean, processing_overdue boolean, rated_at timestamptz, rating int, is_prompt_answer boolean,
    is_prompt_fix boolean, held bigint, submitted_day date, response_minutes int, processing_minutes int, supports int,
    supported_until timestamptz, has_photo boolean, snapshot text, terms text
);

-- == history, by report ==
-- The history of each report. OFFSET 0 keeps PostgreSQL from computing a draw again wherever its result is used.
INSERT INTO history
SELECT id, submitted_at, kelurahan, category, weight, latitude, longitude, handler, external, anonymous,
    first_citizen + citizen, officer, response_due_at, processing_due_at, responded_at, processed_at,
    response_overdue, processing_overdue, rated_at,
    CASE WHEN rated_at IS NOT NULL THEN stars[1 + floor(cardinality(stars) * share(stream + 20, id))::int] END,
    reading(responded_at, hours, response_target) - reading(submitted_at, hours, response_target) <= response_target / 4,
    held_for <= processing_target / 2, held_for / 1000000, jakarta_day(submitted_at),
    two_digits(floor(extract(epoch FROM responded_at - submitted_at) / 60)::int),
    two_digits((held_for / 60000000)::int), supports,
    least(responded_at, CASE WHEN response_overdue THEN response_due_at END, until, submitted_at + interval '10 days'),
    share(stream + 21, id) < with_photo,
    format('"category":"%s","kelurahan":"%s","handler":"%s","external":%s,"latitude":%s,"longitude":%s,'
        '"reporter_id":%s,"duplicate_of_id":null,"submitted_at":%s,"response_due_at":%s,"processing_due_at":%s',
        category, kelurahan, handler, external::text, latitude, longitude, first_citizen + citizen,
        to_json(submitted_at), to_json(response_due_at), to_json(processing_due_at)),
    format(',"terms":["%s",%s,%s,%s]', hours, response_target / 60000000, processing_target / 60000000, weight)
FROM (
    SELECT *, NOT external AND response_due_at < coalesce(responded_at, until) AS response_overdue,
        NOT external AND processing_due_at < coalesce(processed_at, until) AS processing_overdue,
        reading(processed_at, hours, processing_target) - reading(submitted_at, hours, processing_target) AS held_for,
        CASE WHEN share(stream + 16, id) < rated AND processed_at + thought < until THEN processed_at + thought
        END AS rated_at
    FROM (
        SELECT *, CASE WHEN is_answered AND answers_at < until THEN answers_at END AS responded_at,
            CASE WHEN is_answered AND is_fixed AND fixes_at < until THEN fixes_at END AS processed_at
        FROM (
            SELECT aimed.*, unit.code IS NULL AS external, unit.stars,
                unit.officers[1 + floor(cardinality(unit.officers) * share(stream + 9, id))::int] AS officer,
                service_end(submitted_at, response_target, hours, response_target) AS response_due_at,
                service_end(submitted_at, processing_target, hours, processing_target) AS processing_due_at,
                least(
                    service_end(submitted_at, (response_target * unit.answers * about(stream + 10, id, 0.9))::bigint,
                        hours, response_target),
                    service_end(submitted_at, processing_target * 9 / 10, hours, processing_target)) AS answers_at,
                (processing_target * unit.fixes * about(stream + 12, id, 0.7))::bigint AS fixing,
                share(stream + 14, id) >= unit.ignores AS is_answered,
                share(stream + 15, id) >= unit.abandons AS is_fixed,
                least(interval '9 hours' * about(stream + 17, id, 1.1), interval '5 days') AS thought
            FROM (
                SELECT drawn.*, kelurahan, category.code AS category, category.weight, category.hours,
                    round((latitude + 0.0004 * (share(stream + 5, id) - 0.5))::numeric, 6)::float8 AS latitude,
                    round((longitude + 0.0004 * (share(stream + 6, id) - 0.5))::numeric, 6)::float8 AS longitude,
                    CASE category.handler WHEN 'KELURAHAN' THEN kelurahan ELSE category.agency END AS handler,
                    response_target_minutes * 60000000::bigint AS response_target,
                    processing_target_minutes * 60000000::bigint AS processing_target,
                    share(stream + 7, citizen) < shy OR share(stream + 8, id) < anonymously AS anonymous
                FROM (
                    SELECT id, city.*,
                        CASE WHEN id = reports THEN until - interval '1 minute'
                            ELSE starts_at + lasts * ((id - first + share(stream, id)) / (last - first + 1))
                        END AS submitted_at,
                        1 + floor(spots * share(stream + 1, id))::int AS spot_number,
                        1 + floor(subjects * share(stream + 2, id))::int AS subject_number,
                        floor(citizens * power(share(stream + 3, id), 1.2))::bigint AS citizen,
                        least(power(0.2 / (1 - share(stream + 4, id)), 0.7), 200, citizens - 1)::int AS supports
                    FROM city, hour, generate_series(first, last) id
                    WHERE first BETWEEN :first AND :last
                    OFFSET 0
                ) drawn
                JOIN spot ON spot.number = spot_number
                JOIN subject ON subject.number = subject_number
                JOIN category ON category.code = subject.category
                OFFSET 0
            ) aimed
            LEFT JOIN unit ON unit.code = handler
            OFFSET 0
        ) acted
        CROSS JOIN LATERAL (
            SELECT service_end(answers_at, fixing, hours, processing_target) AS fixes_at OFFSET 0
        ) fixed
        OFFSET 0
    ) dated
    OFFSET 0
) known;

-- == act ==
-- Every change of a report, and every midnight, with its first position in the log. `size`: the positions it takes.
ALTER TABLE history ADD PRIMARY KEY (id);
ANALYZE history;

-- Beyond the first three of their reporter and day, named and anonymous ones apart, reports bring no points.
CREATE UNLOGGED TABLE beyond AS
SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY reporter_id, anonymous, submitted_day ORDER BY id) AS place FROM history
) placed, city
WHERE place > reports_a_day;
ALTER TABLE beyond ADD PRIMARY KEY (id);
ANALYZE beyond;

-- The distance of two points: `rules.geography.metres_between`.
CREATE FUNCTION metres(latitude float8, longitude float8, other_latitude float8, other_longitude float8) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
    SELECT sqrt(((other_latitude - latitude) * radians(1) * across * (1 - 0.00669437999014) / squared) ^ 2
        + ((other_longitude - longitude) * radians(1) * across * cos(phi)) ^ 2)
    FROM (SELECT radians((latitude + other_latitude) / 2) AS phi) mean
    CROSS JOIN LATERAL (SELECT 1 - 0.00669437999014 * sin(phi) ^ 2 AS squared) bent
    CROSS JOIN LATERAL (SELECT 6378137.0::float8 / sqrt(squared) AS across) ellipsoid
$$;

-- Of several fixes of one unit, category, day and place the first gains: `covered` has the others. They are looked for in
-- the squares around: a big unit has thousands of fixes a day. A degree has more than 110,500 m, either way.
CREATE UNLOGGED TABLE fix AS
SELECT id, handler, category, jakarta_day(processed_at) AS day, processed_at, latitude, longitude,
    floor(latitude * 110500 / place_metres)::int AS y, floor(longitude * 110500 / place_metres)::int AS x
FROM city, history
WHERE processed_at IS NOT NULL AND NOT external AND NOT EXISTS (SELECT FROM beyond WHERE beyond.id = history.id);
ANALYZE fix;
CREATE UNLOGGED TABLE covered (id bigint PRIMARY KEY);
DO $$
DECLARE late record;
BEGIN
    FOR late IN
        SELECT later.id, array_agg(earlier.id) AS earlier
        FROM city, fix later
        CROSS JOIN generate_series(y - 1, y + 1) around_y
        CROSS JOIN generate_series(x - 1, x + 1) around_x
        JOIN fix earlier ON (earlier.handler, earlier.category, earlier.day, earlier.y, earlier.x)
            = (later.handler, later.category, later.day, around_y, around_x)
        WHERE (earlier.processed_at, earlier.id) < (later.processed_at, later.id)
            AND metres(earlier.latitude, earlier.longitude, later.latitude, later.longitude) <= place_metres
        GROUP BY later.id, later.processed_at ORDER BY later.processed_at, later.id
    LOOP
        INSERT INTO covered SELECT late.id WHERE EXISTS (
            SELECT FROM unnest(late.earlier) one (id) WHERE NOT EXISTS (SELECT FROM covered WHERE covered.id = one.id)
        );
    END LOOP;
END $$;
ANALYZE covered;

CREATE UNLOGGED TABLE act AS
SELECT report_id, step, at, version, account_id,
    head + sum(size) OVER (ORDER BY at, report_id, version) - size + 1 AS first
FROM city, (
    SELECT 0::bigint AS report_id, 'CLOSED' AS step, at, 0 AS version, NULL::bigint AS account_id, count(*)::int AS size
    FROM closing GROUP BY at
    UNION ALL
    SELECT history.id, act.*
    FROM city, history
    CROSS JOIN LATERAL (
        SELECT NOT EXISTS (SELECT FROM beyond WHERE beyond.id = history.id) AS scores,
            NOT EXISTS (SELECT FROM covered WHERE covered.id = history.id) AS gains OFFSET 0
    ) placed
    CROSS JOIN LATERAL (
        SELECT 'SUBMITTED', submitted_at, 1, NULL::bigint, 1
        UNION ALL
        SELECT 'SUPPORTED',
            submitted_at + (supported_until - submitted_at) * ((number - share(stream + 30, id * 256 + number)) / supports), 1 + number,
            first_citizen + (reporter_id - first_citizen
                + number * (1 + floor(share(stream + 31, id) * ((citizens - 1) / supports))::bigint)) % citizens, 1
        FROM generate_series(1, supports) number
        UNION ALL
        SELECT 'RESPONSE_OVERDUE', response_due_at, 2 + supports, NULL, 1 + scores::int
        WHERE response_overdue
        UNION ALL
        SELECT 'RESPONDED', responded_at, 2 + supports + response_overdue::int, NULL,
            1 + scores::int + (NOT anonymous)::int
        WHERE responded_at IS NOT NULL
        UNION ALL
        SELECT 'PROCESSING_OVERDUE', processing_due_at,
            2 + supports + response_overdue::int + (responded_at IS NOT NULL)::int, NULL, 1 + scores::int
        WHERE processing_overdue
        UNION ALL
        SELECT 'PROCESSED', processed_at, 3 + supports + response_overdue::int + processing_overdue::int, NULL,
            1 + (scores AND gains)::int + (NOT anonymous)::int
        WHERE processed_at IS NOT NULL
        UNION ALL
        SELECT 'RATED', rated_at, 4 + supports + response_overdue::int + processing_overdue::int, NULL,
            1 + (scores AND (rating < 3 OR (rating > 3 AND gains)))::int
        WHERE rated_at IS NOT NULL
    ) act (step, at, version, account_id, size)
) acts;

-- == entry ==
-- The entries of units and citizens, in the order of the log.
ANALYZE act;
CREATE UNLOGGED TABLE day AS
SELECT submitted_day AS day, min(id) AS first, count(*) AS given FROM history GROUP BY 1;

SET enable_hashjoin = off;
SET enable_mergejoin = off;
CREATE UNLOGGED TABLE entry AS
SELECT first + place AS position, entry.unit, entry.account_id, history.id AS report_id, rule,
    worth(rule) * factor AS points, at, jakarta_day(at) AS day
FROM act
JOIN history ON history.id = act.report_id
CROSS JOIN LATERAL (
    SELECT NOT EXISTS (SELECT FROM beyond WHERE beyond.id = history.id) AS scores,
        step <> 'PROCESSED' AND (step <> 'RATED' OR rating < 3)
            OR NOT EXISTS (SELECT FROM covered WHERE covered.id = history.id) AS gains OFFSET 0
) placed
CROSS JOIN LATERAL (
    SELECT 1 AS place, handler AS unit, CASE WHEN step NOT LIKE '%OVERDUE' THEN officer END AS account_id,
        CASE step
            WHEN 'RESPONDED' THEN CASE WHEN response_overdue THEN 'RESPONDED_LATE'
                WHEN is_prompt_answer THEN 'RESPONDED_PROMPTLY' ELSE 'RESPONDED' END
            WHEN 'PROCESSED' THEN CASE WHEN processing_overdue THEN 'PROCESSED_LATE'
                WHEN is_prompt_fix THEN 'PROCESSED_PROMPTLY' ELSE 'PROCESSED' END
            WHEN 'RATED' THEN CASE WHEN rating > 3 THEN 'RATED_WELL' ELSE 'RATED_POORLY' END
            ELSE step
        END AS rule,
        weight AS factor
    WHERE scores AND gains AND step NOT IN ('SUBMITTED', 'SUPPORTED') AND NOT (step = 'RATED' AND rating = 3)
    UNION ALL
    SELECT 1 + (scores AND gains)::int, 'CITIZEN', reporter_id, CASE step WHEN 'RESPONDED' THEN 'CITIZEN_ANSWERED' ELSE 'CITIZEN_FIXED' END, 1
    WHERE step IN ('RESPONDED', 'PROCESSED') AND NOT anonymous
) entry;
-- == account ==
INSERT INTO account (id, public_id, email, password_hash, pseudonym, pseudonym_key, pseudonym_skeleton, created_at,
    on_citizen_board)
SELECT first_citizen + number - 1,
    translate(left(encode(decode(md5('account ' || stream || ' ' || number), 'hex'), 'base64'), 22), '+/', '-_'),
    'warga.' || number || '@contoh.invalid', '', 'Warga-' || number, 'warga-' || number,
    'warga' || translate(number::text, '01', 'ol'), begins_at,
    share(stream + 40, number) < on_board
FROM city, generate_series(1, citizens) number;

-- == report, by report ==
INSERT INTO report (id, number, version, position, title, description, address, category, weight, latitude, longitude,
    kelurahan, handler, external, status, resolution, reporter_id, anonymous, submitted_at, responded_at, processed_at,
    response_due_at, processing_due_at, opening, citizen_reopenings, supervisor_reopenings, dismissal_reopened,
    held_before, not_held_seconds, handler_due_at, next_due_at, response_overdue, processing_overdue, rating,
    support_count, photo_count, changed_at, hours, response_target_minutes, processing_target_minutes, scores)
SELECT history.id,
    'JK' || to_char(submitted_day, 'YYMMDD') || lpad(of_day::text, greatest(4, length(of_day::text)), '0'),
    1 + supports + response_overdue::int + (responded_at IS NOT NULL)::int + processing_overdue::int
        + (processed_at IS NOT NULL)::int + (rated_at IS NOT NULL)::int,
    latest.position, category.name_id || ' di ' || kelurahan.name,
    descriptions[1 + floor(cardinality(descriptions) * share(stream + 41, id))::int],
    CASE WHEN id % 3 > 0 THEN 'Jalan Contoh Raya nomor ' || id % 200 END, category, history.weight, history.latitude,
    history.longitude, kelurahan, history.handler, external,
    CASE WHEN processed_at IS NOT NULL THEN 'PROCESSED' WHEN responded_at IS NOT NULL THEN 'IN_PROGRESS'
        ELSE 'WAITING' END,
    CASE WHEN processed_at IS NOT NULL THEN 'FIXED' END, reporter_id, anonymous, submitted_at, responded_at,
    processed_at, response_due_at, processing_due_at, 0, 0, 0, false, 0, 0, processing_due_at,
    CASE WHEN external OR processed_at IS NOT NULL THEN NULL
        WHEN responded_at IS NULL AND NOT response_overdue THEN response_due_at
        WHEN NOT processing_overdue THEN processing_due_at END,
    response_overdue, processing_overdue, rating, supports, has_photo::int, latest.at, hours, response_target_minutes,
    processing_target_minutes, NOT EXISTS (SELECT FROM beyond WHERE beyond.id = history.id)
FROM city, history
JOIN day ON day.day = submitted_day
CROSS JOIN LATERAL (SELECT history.id - day.first + 1 AS of_day) number
JOIN (
    SELECT DISTINCT ON (report_id) report_id, first AS position, at FROM act ORDER BY report_id, first DESC
) latest ON latest.report_id = history.id
JOIN category ON category.code = history.category
JOIN kelurahan ON kelurahan.code = history.kelurahan
WHERE history.id BETWEEN :first AND :last;

-- == report_text, by report ==
INSERT INTO report_text (report_id, words)
SELECT id, report_words(title, description) FROM report WHERE id BETWEEN :first AND :last;

-- == map_cell ==
INSERT INTO map_cell (level, category, y, x, status, reports, ids, latitudes, longitudes)
SELECT level, CASE level WHEN 8 THEN category ELSE '' END,
    floor((latitude + 90) * 1024)::int >> (10 - level), floor((longitude + 180) * 1024)::int >> (10 - level),
    CASE WHEN processed_at IS NOT NULL THEN 'PROCESSED' WHEN responded_at IS NOT NULL THEN 'IN_PROGRESS'
        ELSE 'WAITING' END,
    count(*), sum(id), sum(round(latitude * 1000000)::bigint), sum(round(longitude * 1000000)::bigint)
FROM history CROSS JOIN (VALUES (6), (8), (10)) AS kept (level) GROUP BY 1, 2, 3, 4, 5;

-- == report_count ==
INSERT INTO report_count (kind, status, day, code, resolution, received, responded, processed, due)
SELECT kind,
    CASE WHEN processed_at IS NOT NULL THEN 'PROCESSED' WHEN responded_at IS NOT NULL THEN 'IN_PROGRESS'
        ELSE 'WAITING' END,
    day, code, CASE WHEN processed_at IS NOT NULL THEN 'FIXED' ELSE '' END,
    sum(received), sum(responded), sum(processed), sum(due)
FROM history
CROSS JOIN LATERAL (VALUES ('CATEGORY', category), ('KELURAHAN', kelurahan), ('HANDLER', handler)) part (kind, code)
CROSS JOIN LATERAL (
    VALUES (jakarta_day(submitted_at), 1, 0, 0, 0), (jakarta_day(responded_at), 0, 1, 0, 0),
        (jakarta_day(processed_at), 0, 0, 1, 0)
    UNION ALL
    SELECT day, 0, 0, 0, 1
    FROM (VALUES ('9999-01-01'::date), (
        jakarta_day(least(processing_due_at, CASE WHEN responded_at IS NULL THEN response_due_at END))
    )) due (day)
    WHERE processed_at IS NULL
) moment (day, received, responded, processed, due)
WHERE day IS NOT NULL GROUP BY 1, 2, 3, 4, 5;

-- == support ==
INSERT INTO support (report_id, account_id, from_position)
SELECT report_id, account_id, first FROM act WHERE step = 'SUPPORTED';

-- == photo ==
-- A picture of the problem with most reports, and a proof of each fix.
INSERT INTO photo (id, owner_id, digest, width, height, uploaded_at, report_id, role, place)
SELECT translate(left(encode(decode(md5(name), 'hex'), 'base64'), 22), '+/', '-_') || '.jpg', owner_id,
    encode(sha256(name::bytea), 'hex'), picture_width, picture_height, uploaded_at, id, role, 0
FROM city, history
CROSS JOIN LATERAL (
    SELECT 'picture ' || stream || ' ' || id, reporter_id, submitted_at, 'CITIZEN' WHERE has_photo
    UNION ALL
    SELECT 'proof ' || stream || ' ' || id, officer, processed_at, 'PROOF' WHERE processed_at IS NOT NULL
) picture (name, owner_id, uploaded_at, role);

-- == log_event of reports, by position ==
-- In the order of the log: the histories of neighbouring acts are neighbours too.
SET enable_hashjoin = off;
SET enable_mergejoin = off;
INSERT INTO log_event (position, topic, kind, at, report_id, version, account_id, actor, data)
SELECT first, 'report', event.kind, at, id, version, event.account_id, event.actor,
    ('{"before":' || before || ',"after":{' || snapshot || ',"status":' || CASE
        WHEN processed_at <= at THEN '"PROCESSED","resolution":"FIXED"'
        WHEN responded_at <= at THEN '"IN_PROGRESS","resolution":null' ELSE '"WAITING","resolution":null' END
    || ',"responded_at":' || known(responded_at, at) || ',"processed_at":' || known(processed_at, at)
    || ',"response_overdue":' || (response_overdue AND response_due_at <= at)::text
    || ',"processing_overdue":' || (processing_overdue AND processing_due_at <= at)::text
    || ',"rating":' || CASE WHEN step = 'RATED' THEN rating::text ELSE 'null' END
    || ',"support_count":' || CASE step WHEN 'SUBMITTED' THEN 0 WHEN 'SUPPORTED' THEN version - 1 ELSE supports END
    || ',"photo_count":' || has_photo::int || ',"opening_no":0'
    || '},"counts":[' || counts || ']' || facts || '}')::jsonb
FROM act
JOIN history ON history.id = act.report_id
CROSS JOIN LATERAL (SELECT format('{"unit":"%s","day":"%s",', handler, jakarta_day(at)) AS counted OFFSET 0) unit_day
CROSS JOIN LATERAL (
    SELECT 'SUBMITTED' AS kind, reporter_id AS account_id, 'CITIZEN' AS actor, 'null' AS before,
        counted || '"received":1,"open":1}' AS counts, '' AS facts
    WHERE step = 'SUBMITTED'
    UNION ALL
    SELECT step, act.account_id, 'CITIZEN', format('{"support_count":%s}', version - 2), '',
        format(',"accounts":[%s]', act.account_id)
    WHERE step = 'SUPPORTED'
    UNION ALL
    SELECT step, NULL, handler, '{"response_overdue":false}', counted || '"overdue":1}', ''
    WHERE step = 'RESPONSE_OVERDUE'
    UNION ALL
    SELECT 'STATUS_CHANGED', officer, handler, '{"status":"WAITING","responded_at":null}',
        format('%s"responded":1,"answered":[%s]%s},%1$s"responded":1,"answered":[%2$s],"officer":%4$s}', counted,
            response_minutes, CASE WHEN response_overdue THEN ',"overdue":-1' END, officer), terms
    WHERE step = 'RESPONDED'
    UNION ALL
    SELECT step, NULL, handler, '{"processing_overdue":false}',
        CASE WHEN responded_at IS NULL THEN '' ELSE counted || '"overdue":1}' END, ''
    WHERE step = 'PROCESSING_OVERDUE'
    UNION ALL
    SELECT 'STATUS_CHANGED', officer, handler, '{"status":"IN_PROGRESS","resolution":null,"processed_at":null}',
        format('%s"processed":1,"open":-1,"fixed":[%s]%s},%1$s"processed":1,"fixed":[%2$s],"officer":%4$s}', counted,
            processing_minutes, CASE WHEN processing_overdue THEN ',"overdue":-1' END, officer),
        ',"held":' || held || terms
    WHERE step = 'PROCESSED'
    UNION ALL
    SELECT step, reporter_id, 'CITIZEN', '{"rating":null}',
        CASE WHEN EXISTS (SELECT FROM beyond WHERE beyond.id = history.id) THEN '' ELSE
            format('%s"ratings":1,"stars":%s},%1$s"ratings":1,"stars":%2$s,"officer":%3$s}', counted, rating, officer)
        END,
        format(',"stars":%s,"closed_by":%s', rating, officer)
    WHERE step = 'RATED'
) event
WHERE first BETWEEN :first AND :last;

-- == log_event of entries ==
INSERT INTO log_event (position, topic, kind, at, report_id, account_id, data)
SELECT position, 'ledger', 'ENTRY_MADE', at, report_id, account_id,
    (format('{"unit":"%s","day":"%s","points":%s,"rule":"%s","counts":[', unit, day, points, rule)
    || CASE WHEN unit = 'CITIZEN' THEN '' ELSE
        format('{"unit":"%s","day":"%s","points":%s,"entries":1', unit, day, points) || decided(rule, false) || '}'
        || CASE WHEN account_id IS NULL THEN '' ELSE
            format(',{"unit":"%s","day":"%s","points":%s,"entries":1,"officer":%s', unit, day, points, account_id)
            || decided(rule, true) || '}' END END
    || ']}')::jsonb
FROM entry;

-- == log_event of closings ==
INSERT INTO log_event (position, topic, kind, at, data)
SELECT act.first + place, 'period', 'PERIOD_CLOSED', at, jsonb_build_object('period', period, 'first', first_day, 'last', last_day)
FROM act JOIN closing USING (at) WHERE step = 'CLOSED';

-- == point_entry ==
INSERT INTO point_entry (position, unit, account_id, report_id, rule, rule_version, points, at, day)
SELECT position, unit, account_id, report_id, rule, rule_version, points, at, day FROM city, entry;

-- == tally ==
-- The contributions of the reports by day, then by all periods.
CREATE UNLOGGED TABLE counted (
    day date, officer bigint, unit text, points bigint DEFAULT 0, entries bigint DEFAULT 0, received bigint DEFAULT 0,
    responded bigint DEFAULT 0, processed bigint DEFAULT 0, open bigint DEFAULT 0, overdue bigint DEFAULT 0,
    responses_decided bigint DEFAULT 0, responses_on_time bigint DEFAULT 0, processings_decided bigint DEFAULT 0,
    processings_on_time bigint DEFAULT 0, ratings bigint DEFAULT 0, stars bigint DEFAULT 0
);

INSERT INTO counted (day, officer, unit, received, open)
SELECT submitted_day, 0, handler, count(*), count(*) FROM history GROUP BY 1, 3;

INSERT INTO counted (day, officer, unit, responded, overdue)
SELECT jakarta_day(responded_at), doer, handler, count(*), -sum(CASE WHEN doer = 0 AND response_overdue THEN 1 ELSE 0 END)
FROM history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE responded_at IS NOT NULL GROUP BY 1, 2, 3;

INSERT INTO counted (day, officer, unit, processed, open, overdue)
SELECT jakarta_day(processed_at), doer, handler, count(*), -sum((doer = 0)::int),
    -sum(CASE WHEN doer = 0 AND processing_overdue THEN 1 ELSE 0 END)
FROM history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE processed_at IS NOT NULL GROUP BY 1, 2, 3;

INSERT INTO counted (day, officer, unit, overdue)
SELECT jakarta_day(response_due_at), 0, handler, count(*) FROM history WHERE response_overdue GROUP BY 1, 3
UNION ALL
SELECT jakarta_day(processing_due_at), 0, handler, count(*) FROM history
WHERE processing_overdue AND responded_at IS NOT NULL GROUP BY 1, 3;

INSERT INTO counted (day, officer, unit, ratings, stars)
SELECT jakarta_day(rated_at), doer, handler, count(*), sum(rating)
FROM history, LATERAL (VALUES (0), (officer)) AS by (doer)
WHERE rated_at IS NOT NULL AND NOT EXISTS (SELECT FROM beyond WHERE beyond.id = history.id) GROUP BY 1, 2, 3;

INSERT INTO counted (day, officer, unit, points, entries, responses_decided, responses_on_time, processings_decided,
    processings_on_time)
SELECT day, doer, unit, sum(points), sum(number),
    sum(number * (decided(rule, doer > 0) LIKE '%responses_decided%')::int),
    sum(number * (decided(rule, doer > 0) LIKE '%responses_on_time%')::int),
    sum(number * (decided(rule, doer > 0) LIKE '%processings_decided%')::int),
    sum(number * (decided(rule, doer > 0) LIKE '%processings_on_time%')::int)
FROM (
    SELECT day, doer, unit, rule, sum(points) AS points, count(*) AS number
    FROM entry, LATERAL (VALUES (0), (account_id)) AS by (doer)
    WHERE unit <> 'CITIZEN' AND doer IS NOT NULL GROUP BY 1, 2, 3, 4
) by_rule
GROUP BY 1, 2, 3;

CREATE UNLOGGED TABLE spread AS
SELECT 'DAY' AS period, day AS first_day, officer, unit, is_answer, minutes, count(*) AS times
FROM (
    SELECT jakarta_day(responded_at) AS day, doer AS officer, handler AS unit, true AS is_answer, response_minutes AS minutes
    FROM history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE responded_at IS NOT NULL
    UNION ALL
    SELECT jakarta_day(processed_at), doer, handler, false, processing_minutes
    FROM history, LATERAL (VALUES (0), (officer)) AS by (doer) WHERE processed_at IS NOT NULL
) each
GROUP BY 2, 3, 4, 5, 6;
ANALYZE spread;

INSERT INTO spread
SELECT 'WEEK', date_trunc('week', first_day::timestamp)::date, officer, unit, is_answer, minutes, sum(times)
FROM spread GROUP BY 2, 3, 4, 5, 6
UNION ALL
SELECT 'MONTH', date_trunc('month', first_day::timestamp)::date, officer, unit, is_answer, minutes, sum(times)
FROM spread GROUP BY 2, 3, 4, 5, 6;

INSERT INTO spread
SELECT 'QUARTER', date_trunc('quarter', first_day::timestamp)::date, officer, unit, is_answer, minutes, sum(times)
FROM spread WHERE period = 'MONTH' GROUP BY 2, 3, 4, 5, 6;

INSERT INTO spread
SELECT 'YEAR', date_trunc('year', first_day::timestamp)::date, officer, unit, is_answer, minutes, sum(times)
FROM spread WHERE period = 'QUARTER' GROUP BY 2, 3, 4, 5, 6;

INSERT INTO spread
SELECT 'ALL_TIME', '1970-01-01', officer, unit, is_answer, minutes, sum(times)
FROM spread WHERE period = 'YEAR' GROUP BY 3, 4, 5, 6;
ANALYZE spread;

CREATE UNLOGGED TABLE histogram AS
SELECT period, first_day, officer, unit,
    '[[' || string_agg(minutes::text, ',' ORDER BY minutes) FILTER (WHERE is_answer) || '],['
        || string_agg(times::text, ',' ORDER BY minutes) FILTER (WHERE is_answer) || ']]' AS answers,
    '[[' || string_agg(minutes::text, ',' ORDER BY minutes) FILTER (WHERE NOT is_answer) || '],['
        || string_agg(times::text, ',' ORDER BY minutes) FILTER (WHERE NOT is_answer) || ']]' AS fixes
FROM spread GROUP BY 1, 2, 3, 4;
ANALYZE histogram;
ANALYZE counted;

INSERT INTO tally (period, first_day, officer, unit, points, entries, received, responded, processed, reopened, dismissed,
    duplicates, handed_on, withdrawn, waived_points, open, overdue, responses_decided, responses_on_time, processings_decided, processings_on_time, ratings, stars,
    response_minutes, processing_minutes)
SELECT sums.*, coalesce(histogram.answers, '[[],[]]'), coalesce(histogram.fixes, '[[],[]]')
FROM (
    SELECT period, CASE period WHEN 'ALL_TIME' THEN date '1970-01-01'
        ELSE date_trunc(period, day::timestamp)::date END AS first_day, officer, unit, sum(points), sum(entries), sum(received),
        sum(responded), sum(processed), 0, 0, 0, 0, 0, 0, sum(open), sum(overdue), sum(responses_decided), sum(responses_on_time),
        sum(processings_decided), sum(processings_on_time), sum(ratings), sum(stars)
    FROM counted, unnest(ARRAY['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR', 'ALL_TIME']) period
    GROUP BY 1, 2, 3, 4
) sums
LEFT JOIN histogram USING (period, first_day, officer, unit);

-- == end ==
-- In the schema of the service, once the filled tables are there.
INSERT INTO report_day (day, given) SELECT day, given FROM filling.day;
INSERT INTO reporter_day (reporter_id, anonymous, day, given)
SELECT reporter_id, anonymous, submitted_day, count(*) FROM filling.history, filling.city
WHERE submitted_day = filling.jakarta_day(until) GROUP BY 1, 2, 3;
UPDATE log_head SET position = (SELECT max(position) FROM log_event),
    open_from = (SELECT filling.jakarta_day(until)::timestamp AT TIME ZONE 'Asia/Jakarta' FROM filling.city);
SELECT setval(pg_get_serial_sequence(name, 'id'), last)
FROM (
    SELECT 'report' AS name, max(id) AS last FROM report UNION ALL SELECT 'account', max(id) FROM account
) ids;
ANALYZE report_day, membership;
