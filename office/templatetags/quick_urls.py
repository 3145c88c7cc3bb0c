"""`{% url %}` by the addresses that are kept: the pages' own tag in place of Django's."""

from typing import Any

from django.template import Library
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parsed
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from office.addresses import url_of

register = Library()


class KeptURLNode(URLNode):
    """The address of a page; what is asked for with names, or within an application, Django finds."""

    def render(self, context: Context) -> Any:
        name = str(self.view_name.resolve(context))
        if self.kwargs or ":" in name:
            return super().render(context)
        values = [value.resolve(context) for value in self.args]
        try:
            found = url_of(name, *values)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> KeptURLNode:
    """What Django's tag of the same name does."""
    node = parsed(parser, token)
    return KeptURLNode(node.view_name, node.args, node.kwargs, node.asvar)
