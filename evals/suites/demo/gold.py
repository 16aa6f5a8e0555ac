#!/usr/bin/env python3
"""Fill in the gold of the demo's questions with DuckDB: gold.py DEMO_FOLDER [QUESTIONS.jsonl] > WITH_GOLD.jsonl"""
import datetime as dt
import decimal
import json
import pathlib
import sys

import duckdb

AMOUNTS = "BilledCost EffectiveCost ListCost ContractedCost PricingQuantity ConsumedQuantity ListUnitPrice ContractedUnitPrice".split()
TIMES = "BillingPeriodStart BillingPeriodEnd ChargePeriodStart ChargePeriodEnd".split()
TABLES = "resources budgets commitments balances change_events findings exchange_rates".split()


def database(folder):
    con = duckdb.connect()
    typed = [f"{c}::DECIMAL(20,10) AS {c}" for c in AMOUNTS] + [f"{c}::TIMESTAMP AS {c}" for c in TIMES]
    con.execute(f"CREATE TABLE costs AS SELECT * REPLACE ({', '.join(typed)}) FROM read_csv('{folder}/costs.csv.zst', all_varchar = true)")
    for table in TABLES:
        ids = "" if table == "exchange_rates" else ", types = {'SubAccountId': 'VARCHAR'}"
        con.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{folder}/{table}.csv', header = true{ids})")
    return con


def cell(value):
    if isinstance(value, dt.datetime):
        return value.isoformat() + "Z"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value.normalize(), "f")
    return str(value) if isinstance(value, float) else value


def main():
    folder = sys.argv[1]
    questions = sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).with_name("questions.jsonl")
    con = database(folder)
    for line in open(questions, encoding="utf-8"):
        case = json.loads(line)
        if case["expect"] == "answer":
            result = con.execute(case["gold_sql"])
            case["gold"] = {"columns": [d[0] for d in result.description], "rows": [[cell(v) for v in row] for row in result.fetchall()]}
        print(json.dumps(case, ensure_ascii=False))


if __name__ == "__main__":
    main()
