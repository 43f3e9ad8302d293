-- What of the last thirty days has no cost because no price is known: what the operator can mend in `prices:`. What the
-- simulator answered is not among it, nor is what no price could help.
CREATE VIEW "unpriced_models" AS
SELECT
  "upstream",
  coalesce("model", "model_requested") AS "model",
  "unpriced" AS "reason",
  "service_tier",
  count(*) AS "requests",
  sum("input_tokens") AS "input_tokens",
  sum("output_tokens") AS "output_tokens",
  max("started_at") AS "last_at"
FROM "completions"
WHERE "unpriced" IN ('model', 'tier', 'tool', 'rate', 'bill', 'amount')
  AND "started_at" > now() - interval '30 days'
GROUP BY 1, 2, 3, 4
ORDER BY "requests" DESC;
