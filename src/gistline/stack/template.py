"""The template as package data.

Comes in: nothing. Goes out: the text of `template.yaml`, as CloudFormation takes it. Called by `plan`.
"""

from importlib import resources


def template_body() -> str:
    """Read the template; CloudFormation takes up to 51,200 bytes of it in a call (AWS: CloudFormation quotas)."""
    return resources.files("gistline.stack").joinpath("template.yaml").read_text(encoding="utf-8")
