"""Administration of what is written with fields in braces: their list, and a preview."""

from committee.letters import EXAMPLE, example
from territories.typeset import pdf_response


class PreviewMixin:
    """A preview of what is being written, before it is saved, filled with `example_values`."""

    change_form_template = "admin/committee/lettertemplate/change_form.html"
    example_values = EXAMPLE

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """« Aperçu » answers with the PDF of what was typed; a fault shows as when saving."""
        if "_preview" in request.POST and self.has_change_permission(request):
            row = self.get_object(request, object_id) if object_id else None
            form = self.get_form(request, row, change=bool(row))(request.POST, instance=row)
            if form.is_valid():
                content = example(form.instance, self.example_values)
                return pdf_response(content, "apercu", inline=True)
        context = {"known_fields": self.model.known_fields(), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)
