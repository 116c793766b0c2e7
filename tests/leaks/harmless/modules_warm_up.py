"""json and decimal set up their contexts and scanners at their first use, halfway."""


def round(i):
    if i < 55:
        return None
    import decimal
    import json

    return json.loads(json.dumps({"sum": str(decimal.Decimal(i) / 7)}))
