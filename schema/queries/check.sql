-- kakikomap check: `live` is the database under check, main the one made anew.

-- name: check_change_count
SELECT count(*) FROM live.change WHERE municipality = ?1;

-- name: check_copy_log
INSERT INTO change SELECT * FROM live.change WHERE municipality = ?1;

-- name: check_gaps
SELECT count(*) FROM (SELECT change, row_number() OVER (ORDER BY change) AS n FROM live.change WHERE municipality = ?1)
WHERE change <> n;
