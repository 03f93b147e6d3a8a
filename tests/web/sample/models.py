from __future__ import annotations

from django.db import models

from comitia.web.database.models import AppendOnly
from comitia.web.database.prefixes import FoldedField


class Right(models.Model):
    name = models.CharField(max_length=40)
    ended = models.BooleanField(default=False)


class Member(models.Model):
    name = models.CharField(max_length=100)
    folded = FoldedField(max_length=200)
    right = models.ForeignKey(Right, null=True, on_delete=models.PROTECT)


class Entry(AppendOnly):
    text = models.CharField(max_length=40, unique=True)
