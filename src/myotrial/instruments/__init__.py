"""Each measure as data (range, unit, direction, source)."""

from myotrial.instruments.instrument import Instrument
from myotrial.instruments.registry import ALL, get

__all__ = ["ALL", "Instrument", "get"]
