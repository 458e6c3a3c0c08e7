"""Series in time: what the type refuses, what the readers make of the files, what the samples are like."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from lessonkit import data
from lessonkit.data import series
from lessonkit.data.series_sample import benchmark_series, classic_series

ABOUT = ("toy", "Toy", "here", "", "")


def minutes(*stamps: str) -> np.ndarray:
    return np.array(stamps, dtype="datetime64[m]")


def test_the_summary_names_each_series_with_its_length():
    two = minutes("2020-01-01", "2020-01-02")
    found = data.TimeSeries(
        *ABOUT, {"a": two, "b": two[:1]}, {"a": np.array([1.0, 2.0]), "b": np.array([3.0])}, {}
    )
    assert found.summary() == "Toy: a 2 steps, b 1 steps, from here"
    assert len(found) == 2 and not found.is_sample


@pytest.mark.parametrize(("times", "values"), [(1, 2), (2, 1), (0, 0)])
def test_a_series_without_a_time_for_each_value_is_refused_by_name(times, values):
    with pytest.raises(ValueError, match="odd: .* one time for each"):
        data.TimeSeries(
            *ABOUT, {"odd": np.zeros(times, "datetime64[m]")}, {"odd": np.zeros(values)}, {}
        )


def test_classic_files_become_times_and_values_whatever_their_line_ends():
    files = {
        "airline-passengers.csv": b'"Month","Passengers"\r\n"1949-01",112\r\n"1949-02",118',
        "daily-min-temperatures.csv": b'"Date","Temp"\n"1981-01-01",20.7\n',
    }
    found = series.read_classic(files)
    assert found["times"]["airline-passengers"].tolist() == minutes("1949-01", "1949-02").tolist()
    assert found["values"]["airline-passengers"].tolist() == [112.0, 118.0]
    assert found["values"]["daily-min-temperatures"].tolist() == [20.7]
    assert all(events.shape == (0, 2) for events in found["events"].values())


def test_a_line_that_is_no_time_and_number_is_named():
    with pytest.raises(ValueError, match=r"airline-passengers.csv, line 3"):
        series.read_classic(
            {
                "airline-passengers.csv": b"Month,Passengers\n1949-01,112\n1949-02\n",
                "daily-min-temperatures.csv": b"Date,Temp\n1981-01-01,20.7\n",
            }
        )


def test_the_benchmark_keeps_the_order_of_the_file_and_its_windows():
    """Repeated times are the reader's to find: nothing is sorted or dropped."""
    files = {
        "nyc_taxi.csv": b"timestamp,value\n2014-07-01 00:00:00,10844\n2014-07-01 00:30:00,8127\n",
        "machine_temperature_system_failure.csv": b"timestamp,value\n2014-01-07 02:55:00,93\n"
        b"2014-01-07 02:00:00,94\n",
        "combined_windows.json": json.dumps(
            {
                "realKnownCause/nyc_taxi.csv": [
                    ["2014-10-30 15:30:00.000000", "2014-11-03 22:30:00.000000"]
                ],
                "realKnownCause/machine_temperature_system_failure.csv": [],
                "other/not_read.csv": [
                    ["2014-10-30 15:30:00.000000", "2014-11-03 22:30:00.000000"]
                ],
            }
        ).encode(),
    }
    found = series.read_benchmark(files)
    machine = found["times"]["machine-temperature"]
    assert np.diff(machine).astype(int).tolist() == [-55]
    assert (
        found["events"]["nyc-taxi"].tolist()
        == minutes("2014-10-30T15:30", "2014-11-03T22:30").reshape(1, 2).tolist()
    )
    assert found["events"]["machine-temperature"].shape == (0, 2)


# -- the built-in samples


@pytest.fixture(scope="module")
def classic():
    return classic_series()


@pytest.fixture(scope="module")
def benchmark():
    return benchmark_series()


@pytest.mark.parametrize("make", [classic_series, benchmark_series])
def test_samples_are_deterministic_and_follow_their_seed(make):
    once, again, other = make(), make(), make(seed=99)
    for name, values in once["values"].items():
        assert np.array_equal(values, again["values"][name])
        assert not np.array_equal(values, other["values"][name])
        assert values.shape == once["times"][name].shape and np.isfinite(values).all()
        assert once["events"][name].shape[1] == 2


def test_passengers_grow_and_their_season_grows_with_them(classic):
    years = classic["values"]["airline-passengers"].reshape(12, 12)
    assert (np.diff(years.mean(axis=1)) > 0).mean() > 0.8
    assert np.ptp(years[-1]) > 2 * np.ptp(years[0])
    assert years.mean(axis=0).argmax() in (6, 7), "summer"


def test_the_cold_days_have_a_year_and_lack_two_days_as_the_real_ones_do(classic):
    dates = classic["times"]["daily-min-temperatures"].astype("datetime64[D]")
    cold = classic["values"]["daily-min-temperatures"]
    gaps = np.flatnonzero(np.diff(dates).astype(int) != 1)
    assert len(dates) == 3650 and [str(dates[k]) for k in gaps] == ["1984-12-30", "1988-12-30"]
    month = (dates.astype("datetime64[M]").astype(int)) % 12
    assert cold[month == 0].mean() > cold[month == 6].mean() + 5, "January is summer in Melbourne"
    assert cold.min() == 0


def test_rides_have_a_day_a_week_and_holidays(benchmark):
    times, rides = benchmark["times"]["nyc-taxi"], benchmark["values"]["nyc-taxi"]
    assert len(rides) == 10_320 and set(np.diff(times).astype(int)) == {30}
    naive, day, week = (np.abs(rides[lag:] - rides[:-lag]).mean() for lag in (1, 48, 336))
    assert naive < week < day, "near, the last value; far, the week"
    daily = rides.reshape(-1, 48).mean(axis=1)
    christmas = int((np.datetime64("2014-12-25") - np.datetime64("2014-07-01")).astype(int))
    assert daily[christmas] < 0.75 * np.median(daily)
    begins = benchmark["events"]["nyc-taxi"][:, 0].astype("datetime64[D]").astype(str)
    assert "2014-12-25" in begins


def test_the_machine_repeats_an_hour_and_is_cold_where_it_is_not_well(benchmark):
    times, heat = (
        benchmark["times"]["machine-temperature"],
        benchmark["values"]["machine-temperature"],
    )
    assert len(heat) == 22_695 and np.unique(np.diff(times).astype(int)).tolist() == [-55, 5]
    inside = np.zeros(len(times), bool)
    for begin, end in benchmark["events"]["machine-temperature"]:
        inside |= (times >= begin) & (times <= end)
    assert len(benchmark["events"]["machine-temperature"]) == 4
    assert heat[inside].mean() < heat[~inside].mean() - 5


@pytest.mark.skipif(not os.environ.get("COURSE_DATA_DIR"), reason="COURSE_DATA_DIR is not set")
def test_the_real_series_are_what_their_makers_say():
    classic, benchmark = (data.load(name, lambda line: None) for name in ("time-series", "nab"))
    if classic.is_sample or benchmark.is_sample:
        pytest.skip("COURSE_DATA_DIR does not hold these sets")
    passengers = classic.values["airline-passengers"]
    assert len(passengers) == 144 and passengers[0] == 112 and passengers[-1] == 432
    # what forecast::snaive of R gives for the last two years
    assert np.abs(passengers[120:] - np.tile(passengers[108:120], 2)).mean() == 71.25
    assert len(classic.values["daily-min-temperatures"]) == 3650
    assert len(benchmark.values["nyc-taxi"]) == 10_320 and len(benchmark.events["nyc-taxi"]) == 5
    assert len(benchmark.values["machine-temperature"]) == 22_695
    assert len(benchmark.events["machine-temperature"]) == 4
