"""What other programs find in the lake."""

import re

import pytest
from lake import delta, opened


@pytest.fixture(scope="session")
def parquet(program):
    """The lake over the files that the manifest lists."""
    return opened(program.workspace, "parquet")


def test_the_delta_logs_say_what_the_manifest_says(parquet, program):
    tables = parquet.tables()
    assert len(tables) > 10
    for table in tables:
        parquet.connection.register("through_delta", delta(program.workspace / "data/lake", table))
        assert parquet.rows(f"DESCRIBE {table}") == parquet.rows("DESCRIBE through_delta"), table
        for one, other in ((table, "through_delta"), ("through_delta", table)):
            only = parquet.rows(f"SELECT count(*) AS n FROM (FROM {one} EXCEPT ALL FROM {other})")
            assert only == [{"n": 0}], f"{only} rows of {table} are in {one} alone"
        parquet.connection.unregister("through_delta")


def test_polars_reads_a_table_through_delta(parquet, program):
    import polars

    frame = polars.read_delta(str(program.workspace / "data/lake/tables/person_year"))
    expected = parquet.rows("SELECT count(*) AS n, sum(kostnad) AS kronor FROM person_year")[0]
    assert (frame.height, frame["kostnad"].sum()) == (expected["n"], expected["kronor"])


def test_no_person_number_is_anywhere_in_the_lake(parquet, program):
    """Neither right ones nor the faulty ones that the quarantine is about."""
    delivered = set()
    for path in (program.workspace / "data/deliveries/befolkning").glob("*.csv"):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            delivered.update(re.findall(r"\d{6,8}[-+]?\d{4}", line))
    bare = {re.sub(r"\D", "", number)[-10:] for number in delivered}
    assert len(bare) > 4000
    searched = 0
    for table in parquet.tables():
        for column in parquet.rows(f"DESCRIBE {table}"):
            name, kind = column["column_name"], column["column_type"]
            if kind not in ("VARCHAR", "BIGINT", "INTEGER", "DOUBLE"):
                continue
            for row in parquet.rows(f'SELECT DISTINCT "{name}"::VARCHAR AS v FROM {table} WHERE "{name}" IS NOT NULL'):
                found = re.sub(r"\D", "", row["v"]) if kind == "VARCHAR" else row["v"]
                assert found[-10:] not in bare or len(found) not in (10, 12), f"{table}.{name} holds {row['v']}"
                searched += 1
    assert searched > 10_000
    assert parquet.rows("SELECT count(*) AS n FROM karantan WHERE value = '***'")[0]["n"] > 0
