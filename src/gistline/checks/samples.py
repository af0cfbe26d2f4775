"""The keys that checks ask about: an upload that should be noticed, and the summary it should get.

Comes in: a `Site`. Goes out: keys and ARNs. Called by the checks. Nothing is ever stored under these keys.
"""

from gistline.site.site import Site


def bucket_arn(site: Site, bucket: str = "") -> str:
    """Name a bucket, if none is said the site's, in the partition (aws, aws-cn, aws-us-gov) of the function."""
    return f"arn:{site.outputs.summarizer_arn.split(':')[1]}:s3:::{bucket or site.outputs.bucket_name}"


def input_key(site: Site) -> str:
    """Give a key as an uploader would choose it."""
    return f"{site.outputs.input_prefix}doctor{site.outputs.suffix}"


def input_arn(site: Site) -> str:
    """Give the upload's ARN."""
    return f"{bucket_arn(site)}/{input_key(site)}"


def output_arn(site: Site) -> str:
    """Give the ARN of its summary."""
    return f"{bucket_arn(site)}/{site.layout.summary_key(input_key(site))}"
