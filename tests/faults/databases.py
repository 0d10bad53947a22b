"""On which databases a fault is injected: on one in every run, on the other as well in `make soak`."""

import pytest

IN_SOAK = pytest.mark.soak
EITHER = pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgresql", marks=IN_SOAK)], indirect=True)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
