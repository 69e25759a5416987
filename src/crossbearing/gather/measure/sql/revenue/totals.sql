SELECT period, product, channel, kind, CAST(SUM(cents) AS BIGINT) AS cents, CAST(SUM(fee) AS BIGINT) AS fee, COUNT(DISTINCT customer) AS customers
FROM recognised GROUP BY period, product, channel, kind
