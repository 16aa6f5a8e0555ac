"""DuckDB beside us: imports the same bill and runs the SQL of the same answers. Prints JSON."""
import json
import sys
import time

import duckdb

bill, queries = sys.argv[1], json.load(open(sys.argv[2]))
connection = duckdb.connect()
connection.execute("SET threads TO 2")
start = time.perf_counter()
columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM read_csv('{bill}', all_varchar=true)").fetchall()]
money = {"BilledCost", "EffectiveCost", "ListCost", "ContractedCost"}
times = {"BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"}


def typed(name):
    if name in money:
        return f'CAST("{name}" AS DECIMAL(28,15)) AS "{name}"'
    if name in times:
        return f'CAST(CAST("{name}" AS TIMESTAMPTZ) AT TIME ZONE \'UTC\' AS TIMESTAMP) AS "{name}"'
    return f'"{name}"'


month = """strftime(CAST(CAST("BillingPeriodStart" AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP)
    + CASE WHEN "ProviderName" IN ('Alibaba Cloud', 'Tencent Cloud') THEN INTERVAL 8 HOUR ELSE INTERVAL 0 HOUR END, '%Y-%m')"""
connection.execute("SET TimeZone = 'UTC'")
connection.execute(
    f"CREATE TABLE costs AS SELECT {', '.join(map(typed, columns))}, {month} AS \"x_BillingMonth\" FROM read_csv('{bill}', all_varchar=true)"
)
imported = time.perf_counter() - start
connection.execute("CREATE MACRO tag(tags, key) AS json_extract_string(tags, '$.\"' || key || '\"')")
results = {}
for query in queries:
    try:
        connection.execute(query["sql"]).fetchall()
        runs = []
        for _ in range(5):
            start = time.perf_counter()
            connection.execute(query["sql"]).fetchall()
            runs.append((time.perf_counter() - start) * 1000)
        results[query["id"]] = round(sorted(runs)[2], 1)
    except duckdb.Error as error:
        results[query["id"]] = f"n/a ({str(error).splitlines()[0][:60]})"
print(json.dumps({"version": duckdb.__version__, "import_s": round(imported, 1), "queries": results}))
