"""The template that ships, read once."""

import pytest

from gistline.stack.template import template_body
from infrastructure.cfn import Template


@pytest.fixture(scope="session")
def template() -> Template:
    return Template.parse(template_body())
