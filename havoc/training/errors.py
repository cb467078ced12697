"""What training raises for a mistake that a user can repair."""

from havoc.errors import HavocError


class TrainingError(HavocError):
    """A recipe, a run folder or a machine does not allow this training; the message says what would."""


class PlanError(TrainingError):
    """The run does not fit the hardware that the recipe names; the message ends with the smallest change that would."""
