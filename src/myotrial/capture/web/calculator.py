"""The public calculator: improvement scores of two visits, and who has which myositis.

Works logged out, stores nothing, and uses the functions that score the study's own visits.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from myotrial.classification import eular_acr_2017
from myotrial.response import imacs_2004
from myotrial.response.core_set import CoreSet

__all__ = ["calculator"]
