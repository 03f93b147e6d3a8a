"""How forms look: by our own templates, with each error tied to its field and a summary on top."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class PageRenderer(TemplatesSetting):
    """Renders ``{{ form }}`` by ``forms/form.html``; the page has the form element itself."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
