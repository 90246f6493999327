"""What the linter found, in the reader's language."""

from django.utils.translation import gettext as _

from lenses.lint import Finding


def message_of(finding: Finding) -> str:
    """Return the sentence of a finding, translated."""
    return _(finding.message_template) % finding.parameters
