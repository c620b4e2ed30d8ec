"""The statements that DuckDB is given, in the order in which it is given them; all are constant."""

# The rows as they are given have text and number of each cell, one of which is null. How numbers
# are written is as in reading.py.
JUDGED = r"""
CREATE TEMP VIEW judged AS
WITH numbers AS (
    SELECT *,
        coalesce(
            probability_number,
            TRY_CAST(regexp_extract(probability_text,
                '^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*%?\s*$', 1
            ) AS DOUBLE)
        ) / CASE
            WHEN percent OR coalesce(contains(probability_text, '%'), false) THEN 100.0 ELSE 1.0
        END AS probability,
        coalesce(
            weight_number,
            TRY_CAST(regexp_extract(weight_text,
                '^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*%?\s*$', 1
            ) AS DOUBLE)
        ) / CASE WHEN coalesce(contains(weight_text, '%'), false) THEN 100.0 ELSE 1.0 END AS weight,
        lower(trim(coalesce(outcome_text, ''), E' \t\r\n')) AS happened,
        trim(coalesce(question_text, ''), E' \t\r\n') AS question,
        trim(coalesce(cluster_text, ''), E' \t\r\n') AS linked,
        coalesce(nullif(trim(coalesce(by_text, ''), E' \t\r\n'), ''), '(none)') AS name
    FROM given
)
SELECT *,
    happened IN ('1', '1.0', 'yes', 'true') AS outcome,
    coalesce(nullif(linked, ''), question) AS cluster,
    CASE
        WHEN broken THEN 'row'
        WHEN happened = '' THEN 'open'
        WHEN happened NOT IN ('0', '1', '0.0', '1.0', 'no', 'yes', 'false', 'true')
        THEN 'outcome'
        WHEN probability IS NULL OR NOT (probability >= 0 AND probability <= 1) THEN 'probability'
        WHEN weight IS NULL OR NOT (weight = 0 OR weight BETWEEN 1e-100 AND 1e100) THEN 'weight'
        WHEN question = '' THEN 'question'
        WHEN weight = 0 THEN 'weightless'
        ELSE 'scored'
    END AS status
FROM numbers
"""
# One pass over the file; what is alike is one row from here on.
FOUND = """
CREATE TEMP TABLE found AS
SELECT status, name, question, cluster, level AS exact, outcome, weight, count(*) AS n,
    sum(above) AS above, sum(inside) AS inside
FROM (
    SELECT status,
        CASE WHEN status = 'scored' THEN name END AS name,
        CASE WHEN status = 'scored' THEN question END AS question,
        CASE WHEN status = 'scored' THEN cluster END AS cluster,
        CASE WHEN status = 'scored' THEN outcome::BIGINT END AS outcome,
        CASE WHEN status = 'scored' THEN weight END AS weight,
        CASE
            WHEN status <> 'scored' THEN NULL
            WHEN probability IN (0, 1) THEN (probability * 1000000000)::BIGINT
            ELSE greatest(1, least(999999999, round_even(probability * 1000000000, 0)::BIGINT))
        END AS level,
        coalesce(probability > 1 AND probability <= 100, false)::BIGINT AS above,
        coalesce(probability > 0 AND probability < 1, false)::BIGINT AS inside
    FROM judged
) GROUP BY ALL
"""
COUNTS = "SELECT status, sum(n), sum(above), sum(inside) FROM found GROUP BY status"
WRONG = """
SELECT * FROM (
    SELECT row_number() OVER () AS row, status,
        CASE status
            WHEN 'row' THEN outcome_text
            WHEN 'outcome' THEN outcome_text
            WHEN 'probability' THEN coalesce(probability_text, probability_number::VARCHAR)
            WHEN 'weight' THEN coalesce(weight_text, weight_number::VARCHAR)
        END AS cell
    FROM judged
) WHERE status NOT IN ('open', 'weightless', 'scored') LIMIT 20
"""
REJECTS = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'"
REJECTED = """
SELECT line, min(error_message), count(*) OVER ()
FROM reject_errors GROUP BY line ORDER BY line LIMIT 20
"""
DISTINCT_LEVELS = "SELECT count(DISTINCT exact) FROM found"
SCORED = """
CREATE TEMP VIEW scored AS
SELECT *, exact AS level, (exact / 1e9 - outcome) * (exact / 1e9 - outcome) AS score
FROM found WHERE status = 'scored'
"""
SCORED_ROUNDED = """
CREATE TEMP VIEW scored AS
SELECT *,
    CASE
        WHEN exact IN (0, 1000000000) THEN exact
        WHEN exact < 10000000 OR exact > 990000000
        THEN greatest(10000, least(999990000, round_even(exact / 1e4, 0)::BIGINT * 10000))
        ELSE round_even(exact / 1e6, 0)::BIGINT * 1000000
    END AS level,
    (exact / 1e9 - outcome) * (exact / 1e9 - outcome) AS score
FROM found WHERE status = 'scored'
"""
NAMES = "SELECT DISTINCT name FROM scored ORDER BY name"
# Sums of fractions depend on their order, which several threads do not keep: those of equal
# weights are taken in decimals, others by one thread.
TOTAL = "CREATE TEMP MACRO total(x) AS sum(x::DECIMAL(38, 18))::DOUBLE"
TOTAL_WEIGHTED = "CREATE TEMP MACRO total(x) AS sum(x)"
TALLIES = """
SELECT dense_rank() OVER (ORDER BY name) - 1, level, sum(n)::DOUBLE, sum(outcome * n)::DOUBLE,
    total(weight * n), total(weight * outcome * n)
FROM scored GROUP BY name, level ORDER BY name, level
"""
ROWS = "CREATE TEMP VIEW clusters AS SELECT name, weight AS w, weight * score AS v, n FROM scored"
ALL_ROWS = "CREATE TEMP VIEW all_clusters AS SELECT w, v, n FROM clusters"
CLUSTERS = """
CREATE TEMP VIEW clusters AS
SELECT name, total(weight * n) AS w, total(weight * score * n) AS v, 1 AS n
FROM scored GROUP BY name, cluster
"""
ALL_CLUSTERS = """
CREATE TEMP VIEW all_clusters AS
SELECT total(weight * n) AS w, total(weight * score * n) AS v, 1 AS n
FROM scored GROUP BY cluster
"""
OWN = """
SELECT sum(n), count(DISTINCT question), total(weight * score * score * n)
FROM scored GROUP BY name ORDER BY name
"""
ALL_OWN = "SELECT sum(n), count(DISTINCT question), total(weight * score * score * n) FROM scored"
SPREAD = """
SELECT sum(n), total(w * n), total(v * n), total(w * w * n), total(w * v * n), total(v * v * n)
FROM clusters GROUP BY name ORDER BY name
"""
ALL_SPREAD = """
SELECT sum(n), total(w * n), total(v * n), total(w * w * n), total(w * v * n), total(v * v * n)
FROM all_clusters
"""
DRAWS = """
SELECT dense_rank() OVER (ORDER BY name) - 1 AS g, dense_rank() OVER (ORDER BY cluster) - 1 AS q,
    level, weight, happened
FROM (
    SELECT name, cluster, level, total(weight * n) AS weight,
        total(weight * outcome * n) AS happened
    FROM scored GROUP BY name, cluster, level LIMIT ?
) ORDER BY g, q, level
"""
ROW_DRAWS = """
SELECT dense_rank() OVER (ORDER BY name) - 1 AS g,
    row_number() OVER (ORDER BY name, level, weight, happened) - 1 AS q, level, weight, happened
FROM (
    SELECT name, level, weight, weight * outcome AS happened, unnest(range(n)) FROM scored LIMIT ?
)
ORDER BY g, q
"""
